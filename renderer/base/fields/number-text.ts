import type { NumberBounds } from '../../../shared/crew/fields/form-fields.ts';
import { formatNumber } from '../../../shared/figures/format.ts';

/** The numbers that a field accepts. Without `optional`, a value is required. */
export interface NumberRule extends NumberBounds {
  optional?: boolean;
}

/** The meaning of a text under a rule; `empty` only if the value is optional. */
export type ReadNumber = { kind: 'number'; value: number } | { kind: 'empty' } | { kind: 'refused'; reason: string };

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
const COMMA_DECIMAL = /^[+-]?\d*,\d+$/;

/** Reads a finished entry. Full-width digits and the minus sign U+2212 count as their ASCII forms. */
export function readNumber(text: string, rule: NumberRule): ReadNumber {
  const plain = text.normalize('NFKC').replaceAll('\u2212', '-').trim();
  if (plain === '') return rule.optional ? { kind: 'empty' } : refused(`Enter ${describeRule(rule)}.`);
  if (!DECIMAL.test(plain))
    return refused(commaAdvice(plain) ?? `“${plain}” is not a number. Enter ${describeRule(rule)}.`);
  const value = Number(plain);
  const { min = -Infinity, above = -Infinity, max = Number.MAX_VALUE } = rule;
  const fits = value >= min && value > above && value <= max;
  const isExact = rule.fractions ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!fits || !isExact) return refused(`Enter ${describeRule(rule)}.`);
  // -0 would be written as 0 and read as another value.
  return { kind: 'number', value: value === 0 ? 0 : value };
}

function refused(reason: string): ReadNumber {
  return { kind: 'refused', reason };
}

/** A comma separates thousands in some countries and decimals in others, so the text is refused with advice. */
function commaAdvice(text: string): string | null {
  if (THOUSANDS.test(text)) {
    const decimal = text.includes('.') ? '' : `, or ${text.replace(',', '.')} for a decimal`;
    return `Write ${text} without commas: ${text.replaceAll(',', '')}${decimal}.`;
  }
  if (!COMMA_DECIMAL.test(text)) return null;
  return `Use a decimal point: ${text.replace(',', '.').replace(/^([+-]?)\./, '$10.')}.`;
}

/** `a whole number from 1 to 64`, to follow "Enter". */
function describeRule(rule: NumberRule): string {
  const noun = rule.fractions ? 'a number' : 'a whole number';
  const range = rangeText(rule);
  if (range === '') return noun;
  if (rule.above !== undefined) return `${noun} ${range}`;
  return rule.min !== undefined && rule.max !== undefined ? `${noun} from ${range}` : `${noun}, ${range}`;
}

/** `1 to 64`, `at least 0.01` or `at most 9`; an empty text without bounds. */
export function rangeText({ min, above, max }: NumberRule): string {
  if (above !== undefined)
    return `greater than ${written(above)}${max === undefined ? '' : `, at most ${written(max)}`}`;
  if (min !== undefined && max !== undefined) return `${written(min)} to ${written(max)}`;
  if (min !== undefined) return `at least ${written(min)}`;
  return max === undefined ? '' : `at most ${written(max)}`;
}

function written(value: number): string {
  return Number.isInteger(value) ? formatNumber(value) : String(value);
}

/**
 * The number one step up (1) or down (-1) from a text, limited by the rule; null if the text is not a number. An empty
 * text counts from `start`, or from the lower bound.
 */
export function stepNumber(text: string, by: number, step: number, start: number | undefined, rule: NumberRule) {
  const read = readNumber(text, { optional: true, fractions: true });
  if (read.kind === 'refused') return null;
  const from = read.kind === 'number' ? read.value : (start ?? Math.max(rule.min ?? 0, 0));
  const next = Number((from + by * step).toPrecision(12));
  const bounded = Math.min(rule.max ?? Infinity, Math.max(rule.min ?? -Infinity, next));
  if (rule.above !== undefined && bounded <= rule.above) return null;
  return rule.fractions ? bounded : Math.round(bounded);
}
