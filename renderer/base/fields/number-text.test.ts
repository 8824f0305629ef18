import { describe, expect, it } from 'vitest';
import { type NumberRule, rangeText, readNumber, stepNumber } from './number-text.ts';

const SECONDS: NumberRule = { min: 0.1, max: 86_400, fractions: true };
const SLOTS: NumberRule = { min: 1, max: 64 };
const numberIn = (text: string, rule: NumberRule) => {
  const read = readNumber(text, rule);
  return read.kind === 'number' ? read.value : read.kind;
};
const reasonOf = (text: string, rule: NumberRule) => {
  const read = readNumber(text, rule);
  return read.kind === 'refused' ? read.reason : null;
};

describe('A finished number', () => {
  it.each([
    ['0.5', 0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E+2', 100],
    [' 42 ', 42],
    ['+7', 7],
    ['０．５', 0.5],
    ['0.1', 0.1],
    ['86400', 86_400],
  ])('A number field reads %j as %d', (text, value) => {
    expect(numberIn(text, SECONDS)).toBe(value);
  });

  it('A number field reads an ASCII or a typographic minus sign', () => {
    expect(numberIn('-5', { min: -100, max: 100 })).toBe(-5);
    expect(numberIn('\u22125', { min: -100, max: 100 })).toBe(-5);
    expect(Object.is(numberIn('-0', { min: -100 }), 0)).toBe(true);
  });

  it.each(['-', '.', '0x10', 'Infinity', 'NaN', '1e400', '1e', '5 s', '1 000', '--5', '0', '86400.1'])(
    'A number field refuses %j as a duration',
    (text) => {
      expect(numberIn(text, SECONDS)).toBe('refused');
    },
  );

  it.each(['0', '65', '1.5', '-5', '12345678901234567890', '1e2'])(
    'A number field refuses %j as a number of slots',
    (text) => {
      expect(reasonOf(text, SLOTS)).toBe('Enter a whole number from 1 to 64.');
    },
  );

  it('A number field may be empty only if the number is optional', () => {
    expect(numberIn('  ', { ...SLOTS, optional: true })).toBe('empty');
    expect(reasonOf('', SLOTS)).toBe('Enter a whole number from 1 to 64.');
  });

  it('A number field refuses a comma, and the error shows how to write the number', () => {
    expect(reasonOf('0,5', SECONDS)).toBe('Use a decimal point: 0.5.');
    expect(reasonOf(',5', SECONDS)).toBe('Use a decimal point: 0.5.');
    expect(reasonOf(' 1,000 ', SECONDS)).toBe('Write 1,000 without commas: 1000, or 1.000 for a decimal.');
    expect(reasonOf('1,234.5', SECONDS)).toBe('Write 1,234.5 without commas: 1234.5.');
    expect(reasonOf('1.234,5', SECONDS)).toBe('“1.234,5” is not a number. Enter a number from 0.1 to 86,400.');
  });
});

describe('A range', () => {
  it('A range of numbers is described by its bounds', () => {
    expect(rangeText(SECONDS)).toBe('0.1 to 86,400');
    expect(rangeText({ min: 0.01 })).toBe('at least 0.01');
    expect(rangeText({})).toBe('');
  });
});

describe('A step', () => {
  it('A step of an arrow key has no rounding error and stays within the range', () => {
    expect(stepNumber('0.2', 1, 0.1, undefined, { fractions: true })).toBe(0.3);
    expect(stepNumber('64', 1, 1, undefined, SLOTS)).toBe(64);
    expect(stepNumber('100', -1, 1, undefined, SLOTS)).toBe(64);
    expect(stepNumber('1', -10, 1, undefined, SLOTS)).toBe(1);
  });

  it('A step of an arrow key counts from the default value if the field is empty', () => {
    expect(stepNumber('', 1, 1, 300, { min: 0.1, fractions: true })).toBe(301);
  });

  it('A step of an arrow key does not change a text that is not a number', () => {
    expect(stepNumber('abc', 1, 1, undefined, SLOTS)).toBeNull();
  });
});
