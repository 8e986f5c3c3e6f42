import { join } from 'node:path';
import { repositoryRoot } from './source-files.js';

/** Our programs as `tsc -b` builds them: stories run these, like a user does. */
export const programs = {
  agent: join(repositoryRoot, 'agent/bin/gantry.js'),
  registry: join(repositoryRoot, 'registry/bin/gantry-registry.js'),
  site: join(repositoryRoot, 'test/dist/demo/site.js'),
  demo: join(repositoryRoot, 'test/dist/demo/main.js'),
} as const;
