import { checkPages } from './accessible.js';

await checkPages(1, 2);
