import { Agent, request } from 'node:http';
import type { GuessesOrder } from './programs.js';

/**
 * Somebody who guesses a password: so many tries at once, from one address. Prints `under way` with the first answers,
 * and at the end how many answers of each status there were.
 */
const { url, email, tries, from } = JSON.parse(process.argv[2] ?? '') as GuessesOrder;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: tries });
const answers: Record<string, number> = {};
let answered = 0;

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

for (let n = 0; n < tries; n += 1) {
  const sent = request(options, (answer) => {
    answer.resume().on('end', () => {
      const status = String(answer.statusCode);
      answers[status] = (answers[status] ?? 0) + 1;
      answered += 1;
      if (answered === 5) process.stdout.write('under way\n');
      if (answered === tries) process.stdout.write(`${JSON.stringify(answers)}\n`, () => process.exit(0));
    });
  });
  sent.end(body);
}
