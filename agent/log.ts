import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Fields that may hold a secret are cut out of every line, however deep a caller nests them. */
const secretFields = ['password', 'secret', 'token', 'authorization', 'privateKey'];

export interface LogOptions {
  level: string;
  /** Defaults to standard error: standard output belongs to the command's result (ux.md §7). */
  destination?: DestinationStream;
}

export function createLog({ level, destination }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), remove: true },
    },
    destination ?? pinoStandardError(),
  );
}

const pinoStandardError = (): DestinationStream => ({ write: (line) => void process.stderr.write(line) });
