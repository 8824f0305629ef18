import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { sha256, sha256OfChunks, sha256OfParts } from './hash.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

it('A text, its bytes and its chunks have the same hash', async () => {
  async function* chunks() {
    yield Buffer.from('a');
    yield Buffer.from('bc');
  }
  expect(sha256('abc')).toBe(ABC);
  expect(sha256(Buffer.from('abc'))).toBe(ABC);
  expect(await sha256OfChunks(chunks())).toBe(ABC);
});

it('The hash of parts is the same as in earlier releases, so that stored keys stay valid', () => {
  expect(sha256OfParts(['run', 'task', 'file_writer {"a":1}', 0, 'propose:ada'])).toBe(
    '4c4fc7e4be1c05bf9a27f0f0c26280d889e5abfaacff007283aea36336df1321',
  );
});

it('Equal values have one canonical text, regardless of the order of their keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: 'é"' })).toBe('{"a":"é\\"","b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ a: 'é"', b: [1, { c: 'x', d: null }] })).toBe(
    canonicalJson({ b: [1, { d: null, c: 'x' }], a: 'é"' }),
  );
  expect([undefined, null, 1, 'x', [], {}].map(canonicalJson)).toEqual(['null', 'null', '1', '"x"', '[]', '{}']);
});
