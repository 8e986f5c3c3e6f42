import { checkPages } from './accessible.js';

await checkPages(0, 2);
