import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, type Program, type ProgramOptions } from '../support/program.js';

export interface Children {
  /** Starts a program whose output goes to `FOLDER/logs/NAME.log`. */
  start(name: string, options: Omit<ProgramOptions, 'onLine'>): Program;
  /** Rejects when a program ends by itself, with its last lines; never resolves. */
  readonly broken: Promise<never>;
  /** Ends all in reverse order. */
  end(): Promise<void>;
}

/** Programs that live and die with the demo. */
export function createChildren(folder: string): Children {
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const started: { name: string; program: Program }[] = [];
  const state = { ending: false };
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined);

  return {
    start: (name, options) => {
      const path = join(logs, `${name}.log`);
      const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
      const program = startProgram({ ...options, onLine: (line) => log.write(`${line}\n`) });
      started.push({ name, program });
      void program.ended.then((end) => {
        log.end();
        if (state.ending) return;
        const said = program.lines
          .slice(-12)
          .map((line) => `  ${line}`)
          .join('\n');
        fail(
          new Error(`The ${name} ended by itself (${end}). Its last words:\n${said}\nAll of them: ${path}`),
        );
      });
      return program;
    },
    broken,
    end: async () => {
      state.ending = true;
      for (const { program } of started.toReversed()) await program.end('SIGTERM');
    },
  };
}
