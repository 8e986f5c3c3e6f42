import type { AccessState } from '@gantry/protocol/camera.js';
import type { FoundCamera, Progress } from '../progress.js';
import { accessWords, sentence } from './camera-state.js';

/** The lines `gantry up` prints for a step; empty when there is nothing to say. Pure. */
export function progressLines(progress: Progress): string[] {
  switch (progress.step) {
    case 'key':
      return [`Key         ${progress.made ? 'made' : 'found'} (${progress.thumbprint})`];
    case 'page':
      return [`On site     ${progress.url}#p=${progress.pin} (PIN ${progress.pin})`];
    case 'enrolling': {
      const { problem, retryInMs } = progress;
      const next = retryInMs > 0 ? ` Trying again in ${Math.ceil(retryInMs / 1_000)} s.` : '';
      return [`Waiting     ${sentence(problem)}${next}`];
    }
    case 'needs_token':
      return ['Waiting     for a join token on the page above. Or run: gantry up --registry URL'];
    case 'needs_approval':
      return [`Approve     ${progress.url} (words: ${progress.words.join(' ')})`];
    case 'enrolled': {
      const { agentName, integratorName, registryUrl, agentId, approvedBy, now } = progress;
      return [
        ...(now && approvedBy !== null ? [`Approved    by ${approvedBy}`] : []),
        `Enrolled    ${now ? '' : 'before '}as ${agentName} under ${integratorName} at ${registryUrl} (${agentId})`,
      ];
    }
    case 'ffmpeg':
      return [`No ffmpeg   ${progress.problem}`];
    case 'connected':
      return ['Connected   the registry answers'];
    case 'disconnected':
      return [`Offline     ${sentence(progress.detail)} Recording goes on; trying again.`];
    case 'found': {
      const { cameras, notes } = progress;
      return [
        `Cameras     ${cameras.length} found${countsOf(cameras)}`,
        ...cameras.map(
          ({ name, address, model, access, reason }) =>
            `            ${[address, name, model].filter((part) => part).join('  ')}: ${accessWords[access].toLowerCase()}${reason ? ` (${reason})` : ''}`,
        ),
        ...notes.map((note) => `            note: ${note}`),
        ...(cameras.some(({ access }) => access === 'needs_login') ? [nextLine] : []),
      ];
    }
    case 'registered':
      return [
        `Registered  ${progress.cameras}`,
        ...progress.problems.map(
          ({ localId, outcome, detail }) =>
            `            ${localId}: ${outcome}${detail ? ` (${detail})` : ''}`,
        ),
      ];
    case 'recording':
      return [`Recording   ${progress.recording} of ${progress.wanted}`];
    default:
      return progress satisfies never;
  }
}

/** What an installer does next, where a camera wants a login. */
const nextLine =
  'Next        give the login on the on-site page, or run: gantry cameras login --user admin --password file:PATH';

/** `: 11 ready, 5 needs login`; nothing without cameras. Pure. */
function countsOf(cameras: readonly FoundCamera[]): string {
  const counts = (Object.keys(accessWords) as AccessState[]).toReversed().flatMap((access) => {
    const count = cameras.filter((camera) => camera.access === access).length;
    return count > 0 ? [`${count} ${accessWords[access].toLowerCase()}`] : [];
  });
  return counts.length > 0 ? `: ${counts.join(', ')}` : '';
}
