import assert from 'node:assert/strict';
import { request } from 'node:http';
import { signIn as openApi } from '../support/api.js';
import { roundsOf, type Bench } from './bench.js';
import { compare, timed, type Variant } from './harness.js';
import { startBenchProgram } from './programs.js';
import { admin, startRegistryProgram } from './registry-program.js';
import { median } from './statistics.js';

/** Who guesses, and from where; the owner signs in from elsewhere. */
const crowdsAddress = '127.0.0.9';
const ownersAddress = '127.0.0.10';

export const signIn: Bench = {
  name: 'sign-in',
  what: 'a sign-in with the right password while a thousand wrong ones are tried at once from another address',
  async *run(stage) {
    const { url: databaseUrl } = await stage.openDatabase();
    const { url } = await startRegistryProgram(stage, databaseUrl);
    const api = await openApi(url, admin.email, admin.password);
    const { items } = await api.get<{ items: { id: string }[] }>('/tenants');
    const owner = { email: 'owner@bench.example', password: 'a-good-password' };
    await api.post('/users', { tenantId: items[0]?.id, name: 'Owner', ...owner });
    const tries = stage.smoke ? 2 : 15;
    const open = stage.smoke ? 20 : 1_000;

    const signingIn = async (): Promise<{ cost: number; statuses: number[] }> => {
      const durations: number[] = [];
      const statuses: number[] = [];
      for (let i = 0; i < tries; i += 1) {
        const { durationMs, result } = await timed(() => postSession(url, owner));
        durations.push(durationMs);
        statuses.push(result);
      }
      return { cost: median(durations), statuses };
    };
    const areAllIn = (statuses: number[]) =>
      assert.deepEqual(
        statuses,
        statuses.map(() => 201),
      );
    const alone: Variant = {
      label: 'nobody else',
      run: async () => {
        const { cost, statuses } = await signingIn();
        return { cost, check: () => areAllIn(statuses) };
      },
    };
    const among = (label: string, email: string): Variant => ({
      label,
      run: async () => {
        const crowd = startBenchProgram('guesses', { url, email, open, from: crowdsAddress });
        await crowd.waitFor(/^under way$/);
        const { cost, statuses } = await signingIn();
        await crowd.end();
        const answers = JSON.parse(crowd.output.at(-1) ?? '') as Record<string, number>;
        return {
          cost,
          check: () => {
            areAllIn(statuses);
            assert.deepEqual(
              Object.keys(answers).filter((status) => !['401', '429', '503'].includes(status)),
              [],
            );
          },
        };
      },
    });
    yield await compare({
      name: `sign-in among ${open.toLocaleString('en')} wrong tries`,
      unit: 'ms per sign-in',
      ...roundsOf(stage),
      variants: {
        ours: among(`${open.toLocaleString('en')} tries open at one's own account`, owner.email),
        floor: alone,
      },
      budgets: [{ of: 'floor', atMost: 5 }],
    });
  },
};

/** Each time over a connection of its own, as a person comes; answers the status. */
const postSession = (url: string, credentials: object): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const headers = { 'content-type': 'application/json' };
    const options = { agent: false, hostname, port, localAddress: ownersAddress, method: 'POST', headers };
    request({ ...options, path: '/api/v1/sessions' }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end(JSON.stringify(credentials));
  });
