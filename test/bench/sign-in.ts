import assert from 'node:assert/strict';
import { request } from 'node:http';
import { signIn as openApi } from '../support/api.js';
import { roundsOf, type Bench } from './bench.js';
import { compare, timed, type Variant } from './harness.js';
import { startBenchProgram } from './programs.js';
import { admin, startRegistryProgram } from './registry-program.js';
import { median } from './statistics.js';

/** The owner signs in from here; crowds come from elsewhere, each from an address that nobody used before. */
const ownersAddress = '127.0.0.10';
const crowdsAddress = (round: number): string => `127.0.1.${round}`;

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
    const tries = stage.smoke ? 50 : 1_000;
    let crowds = 0;

    const signingIn = () => timed(() => postSession(url, owner));
    const alone: Variant = {
      label: 'nobody else',
      run: async () => {
        const all = [await signingIn(), await signingIn(), await signingIn()];
        const statuses = all.map(({ result }) => result);
        const cost = median(all.map(({ durationMs }) => durationMs));
        return { cost, check: () => assert.deepEqual(statuses, [201, 201, 201]) };
      },
    };
    const amongGuesses: Variant = {
      label: `${tries.toLocaleString('en')} tries at the same account, all at once`,
      run: async () => {
        crowds += 1;
        const order = { url, email: owner.email, tries, from: crowdsAddress(crowds) };
        const crowd = startBenchProgram('guesses', order);
        await crowd.waitFor(/^under way$/);
        const { durationMs: cost, result } = await signingIn();
        const [answered] = await crowd.waitFor(/^\{.*\}$/, 120_000);
        const answers = JSON.parse(answered) as Record<string, number>;
        return {
          cost,
          check: () => {
            assert.equal(result, 201);
            const { 401: checked = 0, 429: refused = 0, 503: unserved = 0 } = answers;
            assert.equal(checked + refused + unserved, tries);
            assert.ok(checked <= 20, `${checked} guesses were checked`);
          },
        };
      },
    };
    yield await compare({
      name: `sign-in among ${tries.toLocaleString('en')} wrong tries`,
      unit: 'ms per sign-in',
      ...roundsOf(stage),
      variants: { ours: amongGuesses, floor: alone },
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
