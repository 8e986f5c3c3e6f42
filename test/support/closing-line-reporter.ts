import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, TestSpecification } from 'vitest/node';

/** What became of the tests of a file. */
interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Each with the first line of its message: `story > test: message`. */
  failures: string[];
}

/** Of what belongs to no file, such as an error outside of all tests. */
const noFile = '';

/**
 * Ends a run with the plain line CI reads: `N passed, N failed, N skipped`. What became of each file is written to
 * `SUITE_OUTCOME`, where that is set, for `.ci/suite.mjs`: an object of {@link Outcome} by absolute path.
 */
export default class ClosingLineReporter implements Reporter {
  #files: string[] = [];

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.map(({ moduleId }) => moduleId);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const outcomes = new Map(modules.map((module) => [module.moduleId, outcomeOf(module)]));
    // A worker that dies takes the rest of its files along.
    const ended = new Set(modules.filter(hasEnded).map(({ moduleId }) => moduleId));
    const lost = this.#files.filter((file) => !ended.has(file));
    for (const file of lost) fail(outcomes, file, 'the file was not run to its end');
    for (const error of errors) {
      const { VITEST_TEST_PATH: file } = error as { VITEST_TEST_PATH?: string };
      fail(outcomes, file ?? lost[0] ?? noFile, `outside of a test: ${firstLineOf(error)}`);
    }
    const { SUITE_OUTCOME: path } = process.env;
    if (path !== undefined) writeFileSync(path, JSON.stringify(Object.fromEntries(outcomes)));
    const total = (state: 'passed' | 'failed' | 'skipped') =>
      [...outcomes.values()].reduce((sum, outcome) => sum + outcome[state], 0);
    process.stdout.write(
      `\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`,
    );
  }
}

function outcomeOf(module: TestModule): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const failed = (what: string, error: SerializedError | undefined) => {
    outcome.failed += 1;
    outcome.failures.push(`${what}: ${error === undefined ? 'it did not end' : firstLineOf(error)}`);
  };
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed' || state === 'skipped') outcome[state] += 1;
    else failed(test.fullName, errors?.[0]);
  }
  // What prepares a suite or clears up behind it, and what a file does when it is loaded.
  for (const suite of module.children.allSuites())
    for (const error of suite.errors()) failed(suite.fullName, error);
  for (const error of module.errors()) failed('the file', error);
  return outcome;
}

const hasEnded = (module: TestModule): boolean => !['queued', 'pending'].includes(module.state());

function fail(outcomes: Map<string, Outcome>, file: string, failure: string): void {
  const outcome = outcomes.get(file) ?? { passed: 0, failed: 0, skipped: 0, failures: [] };
  outcomes.set(file, {
    ...outcome,
    failed: outcome.failed + 1,
    failures: [...outcome.failures, failure],
  });
}

const firstLineOf = ({ message }: SerializedError): string => message.split('\n', 1)[0] ?? '';
