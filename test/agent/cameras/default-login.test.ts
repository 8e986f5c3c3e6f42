import { isDefaultLogin } from '@gantry/agent/cameras/default-login.js';
import { expect, it } from 'vitest';

it.each([
  ['admin', '', true],
  ['admin', 'admin', true],
  ['root', 'Pass', true],
  ['888888', '888888', true],
  ['operator', 'Operator', true],
  ['admin', 'copper-lake-seven', false],
  ['admin', 'admin-of-the-dock', false],
])('the login %s:%s is one that anybody can look up: %s', (username, password, isDefault) => {
  expect(isDefaultLogin({ username, password })).toBe(isDefault);
});
