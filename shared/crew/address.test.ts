import { expect, it } from 'vitest';
import { holdsCredentials } from './address.ts';

it.each([
  'https://ann:secret@models.example/v1',
  'https:\\\\ann@models.example',
  'https://models.example/v1?key=abc',
  'https://models.example/v1?a=1&access_token=abc',
  'https://models.example/v1?x=sk-proj-0123456789abcdef',
  'https://models.example/v1?%6bey=abc',
  'https://models.example/v1?api-key=abc#part',
  'https://models.example/v1#?key=abc',
])('%s contains credentials', (address) => {
  expect(holdsCredentials(address)).toBe(true);
});

it.each([
  'https://models.example/v1',
  'https://models.example/v1?api-version=2026-01-01',
  'https://models.example/v1?key=',
  'https://models.example/v1?monkey=1',
  'https://models.example/a@b?x=%',
])('%s contains no credentials', (address) => {
  expect(holdsCredentials(address)).toBe(false);
});
