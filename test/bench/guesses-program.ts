import { Agent, request } from 'node:http';
import type { GuessesOrder } from './programs.js';

/**
 * Somebody who guesses a password: so many tries open at any moment, from one address, until SIGTERM. Prints
 * `under way` once the first hundred are answered, and at the end how many answers of each status there were.
 */
const { url, email, open, from } = JSON.parse(process.argv[2] ?? '') as GuessesOrder;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: open });
const answers: Record<string, number> = {};
let answered = 0;
let ended = false;

const body = JSON.stringify({ email, password: 'a wrong password' });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const options = {
  agent,
  hostname,
  port,
  localAddress: from,
  method: 'POST',
  path: '/api/v1/sessions',
  headers,
};

function guess(): void {
  if (ended) return;
  const sent = request(options, (answer) => {
    answer.resume().on('end', () => {
      const status = String(answer.statusCode);
      answers[status] = (answers[status] ?? 0) + 1;
      answered += 1;
      if (answered === 100) process.stdout.write('under way\n');
      guess();
    });
  });
  sent.on('error', () => guess()).end(body);
}

for (let n = 0; n < open; n += 1) guess();
process.once('SIGTERM', () => {
  ended = true;
  process.stdout.write(`${JSON.stringify(answers)}\n`, () => process.exit(0));
});
