import { readFileSync } from 'node:fs';
import { packageRoot } from '@gantry/registry/paths.js';
import { describeRegistry } from '@gantry/registry/http/describe.js';
import { expect, test } from 'vitest';
import { breakingChanges, type ApiDocument, type Schema } from './breaking-changes.js';

const person: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 200 },
    kind: { type: 'string', enum: ['admin', 'guard'] },
    tags: { type: 'array', items: { type: 'string' } },
    note: { type: ['string', 'null'] },
  },
  required: ['name', 'kind', 'note'],
  additionalProperties: false,
};

const api = (body: Schema, answer: Schema, more: object = {}): ApiDocument => ({
  paths: {
    '/people': {
      post: {
        operationId: 'createPerson',
        requestBody: { required: true, content: { 'application/json': { schema: body } } },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Person' } } } },
        },
        ...more,
      },
    },
  },
  components: { schemas: { Person: answer } },
});

const change = (
  what: (schema: Required<Pick<Schema, 'properties' | 'required'>> & Schema) => void,
): Schema => {
  const changed = structuredClone(person) as Required<Pick<Schema, 'properties' | 'required'>> & Schema;
  what(changed);
  return changed;
};
const field = (name: string, schema: Schema) => change((all) => (all.properties[name] = schema));
const without = (name: string) =>
  change((all) => {
    delete all.properties[name];
    all.required = all.required.filter((one) => one !== name);
  });
const optional = (name: string) =>
  change((all) => (all.required = all.required.filter((one) => one !== name)));
const demanding = (name: string) => change((all) => all.required.push(name));
const same = person;

test.each<[string, Schema, Schema, object, string[]]>([
  ['nothing changed', same, same, {}, []],
  ['an optional field can be sent', field('age', { type: 'integer' }), same, {}, []],
  ['a field is answered in addition', same, field('age', { type: 'integer' }), {}, []],
  [
    'a value is answered in addition',
    same,
    field('kind', { type: 'string', enum: ['admin', 'guard', 'x'] }),
    {},
    [],
  ],
  [
    'a value can be sent in addition',
    field('kind', { type: 'string', enum: ['admin', 'guard', 'x'] }),
    same,
    {},
    [],
  ],
  ['a longer text can be sent', field('name', { type: 'string', maxLength: 300 }), same, {}, []],
  ['a field is no longer demanded', optional('kind'), same, {}, []],
  ['a field that may be null is always there', same, field('note', { type: 'string' }), {}, []],
  ['a field is demanded', demanding('tags'), same, {}, ['body.tags became required']],
  ['a field is taken no more', without('tags'), same, {}, ['body.tags is gone']],
  ['a field is answered no more', same, without('kind'), {}, ['answer 201.kind is gone']],
  ['a field may be missing', same, optional('kind'), {}, ['answer 201.kind may be missing']],
  [
    'a field may be null',
    same,
    field('name', { type: ['string', 'null'] }),
    {},
    ['answer 201.name was string, is string,null'],
  ],
  [
    'a field has another type',
    field('name', { type: 'integer' }),
    same,
    {},
    ['body.name was string, is integer'],
  ],
  [
    'null can be sent no more',
    field('note', { type: 'string' }),
    same,
    {},
    ['body.note was string,null, is string'],
  ],
  [
    'only a shorter text can be sent',
    field('name', { type: 'string', maxLength: 20 }),
    same,
    {},
    ['body.name has a lower maxLength'],
  ],
  [
    'a text must be longer',
    field('name', { type: 'string', maxLength: 200, minLength: 3 }),
    same,
    {},
    ['body.name has a higher minLength'],
  ],
  [
    'a text must have a shape',
    field('name', { type: 'string', maxLength: 200, pattern: '^a' }),
    same,
    {},
    ['body.name has another pattern'],
  ],
  [
    'a value is taken no more',
    field('kind', { type: 'string', enum: ['admin'] }),
    same,
    {},
    ['body.kind takes no guard any more'],
  ],
  [
    'items changed',
    same,
    field('tags', { type: 'array', items: { type: 'integer' } }),
    {},
    ['answer 201.tags[] was string, is integer'],
  ],
  ['another name', same, same, { operationId: 'makePerson' }, ['operationId became makePerson']],
  [
    'a query is demanded',
    same,
    same,
    { parameters: [{ name: 'q', in: 'query', required: true }] },
    ['parameter q became required'],
  ],
  ['another success', same, same, { responses: { 200: {} } }, ['answers 201 no more']],
])('%s', (_name, body, answer, more, expected) => {
  const found = breakingChanges(api(person, person), api(body, answer, more));
  expect(found).toEqual(expected.map((change) => `POST /people: ${change}`));
});

test('an operation that is gone, and one that is closed to strangers', () => {
  expect(breakingChanges(api(person, person), { paths: {} })).toEqual(['POST /people is gone']);
  const open = api(person, person, { security: [] });
  expect(breakingChanges(open, api(person, person))).toEqual(['POST /people: demands credentials']);
});

test('a document that refers to itself is followed once', () => {
  const tree: Schema = { type: 'object', properties: { child: { $ref: '#/components/schemas/Person' } } };
  expect(breakingChanges(api(person, tree), api(person, tree))).toEqual([]);
});

test('clients of the last release go on working', () => {
  const released = JSON.parse(readFileSync(`${packageRoot}/openapi.released.json`, 'utf8')) as ApiDocument;
  const now = JSON.parse(JSON.stringify(describeRegistry())) as ApiDocument;
  expect(breakingChanges(released, now)).toEqual([]);
});
