import type { Credentials } from '../digest-auth.js';

/** What makers set before a camera is sold, and installers in a hurry. Lower case. */
const wellKnown = new Set([
  ...['12345', '123456', '1234', '1111', '1111111', '111111', '4321', '9999', '888888', '666666', '000000'],
  ...['admin', 'administrator', 'root', 'pass', 'password', 'service', 'user', 'live', 'supervisor', 'ubnt'],
  ...['admin123', 'admin1234', 'admin12345', 'meinsm', 'jvc', 'tljwpbo6', 'fliradmin', 'ikwb', 'wbox123'],
]);

/** Whether anybody who looks it up knows this login: no password, the user's own name, or a maker's. Pure. */
export function isDefaultLogin({ username, password }: Credentials): boolean {
  const word = password.toLowerCase();
  return word === '' || word === username.toLowerCase() || wellKnown.has(word);
}
