import { readFileSync } from 'node:fs';

/** The version in this package's `package.json`, beside the sources and one up from the built files. */
export function agentVersion(): string {
  for (const place of ['./package.json', '../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as Record<
        string,
        string
      >;
      if (name === '@gantry/agent' && version !== undefined) return version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
