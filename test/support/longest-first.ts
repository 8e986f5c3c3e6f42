import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than about ten seconds of a quiet machine, the longest first. */
const longest = [
  'registry/portal/accessible-1',
  'registry/portal/accessible-2',
  'bench/smoke',
  'registry/cli/serve',
  'registry/authorization/matrix',
  'flow/the-way',
  'agent/service/update',
  'registry/portal/live',
  'registry/portal/flows',
  'flow/faults',
  'flow/soak',
  'agent/recorder/modes',
  'flow/live',
  'agent/cli/every-command',
  'agent/cli/up',
  'registry/enrolment/setup-page',
  'registry/portal/sign-in',
  'registry/recordings/verify-storage',
  'registry/desired/stories',
  'registry/authorization/canary',
  'agent/setup/installer',
];

/**
 * Long files first, so that none is left to run alone beside idle processors. Vitest remembers how long files took,
 * but not on a checkout where they never ran: there it would begin with the largest.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
