import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { repositoryRoot } from '../support/source-files.js';

export const usage = `npm start [-- flags]
  --real            look for the cameras of the real network instead of starting virtual ones
  --scan CIDR       with --real: a range to search besides the local networks; may be repeated
  --cameras N       how many virtual cameras (3)
  --port N          port of the registry's page and API (7070)
  --data FOLDER     where registry and agent keep everything (.gantry); delete it to start anew
  --until-playable  stop by itself once the first recording can be played; status 1 if that takes over 120 s
`;

export interface DemoOptions {
  real: boolean;
  scan: string[];
  cameras: number;
  port: number;
  folder: string;
  untilPlayable: boolean;
}

/** Throws an Error whose message is for the person who typed the flags. */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      real: { type: 'boolean', default: false },
      scan: { type: 'string', multiple: true, default: [] },
      cameras: { type: 'string', default: '3' },
      port: { type: 'string', default: '7070' },
      data: { type: 'string', default: join(repositoryRoot, '.gantry') },
      'until-playable': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    real: values.real,
    scan: values.scan,
    cameras: wholeNumber('--cameras', values.cameras, 1, 64),
    port: wholeNumber('--port', values.port, 0, 65_535),
    folder: values.data,
    untilPlayable: values['until-playable'],
  };
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${flag} must be a whole number from ${min} to ${max}, not "${text}".`);
}
