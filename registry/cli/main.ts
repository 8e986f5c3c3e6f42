#!/usr/bin/env node
import { run } from './run.js';

// A failed start must end even when a part that did start cannot be closed.
process.exit(await run(process.argv.slice(2)));
