import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retellSentence } from '@gantry/registry/portal/i18n/sentences.js';
import { german } from '@gantry/registry/portal/parts/history/retold/german.js';
import { describe, expect, it } from 'vitest';
import { filesBelow, repositoryRoot } from '../../support/source-files.js';

const sources = filesBelow('registry', ['.ts'])
  .filter((path) => !path.startsWith('registry/portal/'))
  .map((path) => readFileSync(join(repositoryRoot, path), 'utf8'));

/** A template of the code with every variable part filled in; parts that may be left out are. */
const filledIn = (template: string): string =>
  template
    .slice(1, -1)
    .replaceAll(/\$\{[^{}]* \? '' : `[^`]*`\}/g, '')
    .replaceAll(/\$\{[^{}`]*\}/g, '7')
    .replaceAll(/\$\{[^{}]*\}/g, '7');

const inParts = [
  '7 switched 7 7',
  '7 let new cameras of 7 7',
  '7 7 7',
  '7 7 on 7',
  '7 deleted the 7 7',
  '7 handed in footage 7; it was refused',
  '7 shared 7 with 7 until 7',
  '7 created the 7 7',
  '7 switched 7 for 7',
  // No sentences of the history.
  '7 is switched off here.',
  '7 (7) switched 7 off. Ask whoever manages 7 to switch it on.',
];

/** Kinds of acts whose code is put together. */
const composed = ['camera.enabled', 'camera.disabled', 'camera.conflict_settled', 'agent.endedKeyUsed'];
const written = sources.flatMap((text) =>
  [...text.matchAll(/operation: (?:\w+ === [^?]+ \? |\w+ \? )?'(\w+\.\w+)'/g)].map(
    (match) => match[1] as string,
  ),
);

describe('what the history says', () => {
  it('has words in German for every kind of act that the registry writes down', () => {
    expect(written.length).toBeGreaterThan(50);
    const known = Object.keys(german);
    expect([...new Set([...written, ...composed])].filter((code) => !known.includes(code))).toEqual([]);
  });

  it('is told in German of every sentence that the code holds', () => {
    const files = sources.filter((text) => text.includes("from '../history/history.js'"));
    const said = files.flatMap((text) =>
      [...text.matchAll(/^\s*(?:sentence:|[?:]) (`.*`),?$/gm)].map((match) => filledIn(match[1] as string)),
    );
    expect(said.length).toBeGreaterThan(50);
    const known = Object.values(german).flat();
    const untold = said.filter((one) => retellSentence('de', known, one, String) === null);
    // Words are put together there; the examples below tell of each.
    expect(untold.filter((one) => one.startsWith('7 '))).toEqual(inParts);
  });

  it.each([
    [
      'tenant.disabled',
      'Ana switched Bakery off: contract ended',
      'Ana hat Bakery abgeschaltet: contract ended',
    ],
    ['tenant.disabled', 'Ana switched Bakery off', 'Ana hat Bakery abgeschaltet'],
    [
      'tenant.enabled',
      'Ana switched Bakery on; 1300 cameras that had been off stayed off',
      'Ana hat Bakery angeschaltet; 1.300 Kameras, die aus gewesen waren, blieben aus',
    ],
    [
      'camera.bound',
      'Ana bound Door (left) to Bakery with plan Standard',
      'Ana hat Door (left) dem Kunden Bakery mit dem Tarif Standard zugeordnet',
    ],
    [
      'shareLink.created',
      'Ana shared the live view of Door with Bo until 2026-11-22T10:00:00.000Z',
      'Ana hat Door live mit Bo bis [2026-11-22T10:00:00.000Z] geteilt',
    ],
    ['camera.enabled', 'Ana switched Door on', 'Ana hat Door angeschaltet'],
    [
      'agent.rule_changed',
      'Ana let new cameras of Box go to Bakery',
      'Ana lässt neue Kameras von Box zu Bakery gehen',
    ],
    ['tenant.deleted', 'Ana deleted the customer Bakery', 'Ana hat den Kunden Bakery gelöscht'],
    [
      'agent.evidenceRefused',
      'Box handed in footage with a signature that is not its own; it was refused',
      'Box gab Aufnahmen mit einer fremden Unterschrift ab; sie wurden abgelehnt',
    ],
    ['agent.revoked', 'Ana revoked the agent Box', 'Ana hat die Box Box entlassen'],
    [
      'agent.setup_login',
      'Ana gave a camera login for the site on Box',
      'Ana hat der Box Box eine Kamera-Anmeldung für den Standort gegeben',
    ],
    ['tenant.created', 'Ana created the integrator North', 'Ana hat den Errichter North angelegt'],
    [
      'tenant.modules_changed',
      'Ana switched billing, users off and clips on for Bakery',
      'Ana hat für Bakery abgeschaltet: billing, users; angeschaltet: clips',
    ],
    ['tenant.disabled', 'What nobody wrote yet', null],
  ])('%s: %s', (code, said, retold) => {
    const known = german[code];
    expect(retellSentence('de', known, said, (instant) => `[${instant}]`)).toBe(retold);
  });
});
