import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Root of this package, from the sources as from `dist`: where package.json, db/migrations and portal are. */
export const packageRoot: string = existsSync(join(import.meta.dirname, 'package.json'))
  ? import.meta.dirname
  : dirname(import.meta.dirname);

export const migrationsFolder = join(packageRoot, 'db', 'migrations');
