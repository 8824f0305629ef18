import { formatNumber, listOf } from '../format.ts';
import { reviewsText } from '../labels.ts';
import type { CheckCount } from '../quality.ts';
import { figure } from './figure.ts';

/** The figures of quality: checks, repairs, degraded results and reviews. */
export const QUALITY = [
  figure({
    key: 'guardrails',
    label: 'Guardrail checks',
    unit: 'count',
    definition: 'Checks of results by the guardrails of the crew.',
    value: ({ quality }) => quality.guardrails,
    format: checksText,
  }),
  figure({
    key: 'schemas',
    label: 'Schema checks',
    unit: 'count',
    definition: 'Checks of results against the output schemas of the crew.',
    value: ({ quality }) => quality.schemas,
    format: checksText,
  }),
  figure({
    key: 'repairs',
    label: 'Repairs',
    unit: 'count',
    definition: 'Answers that followed one that a schema or a guardrail sent back, and whether they passed.',
    value: ({ quality }) => quality.repairs,
    format: (repairs) => (repairs.passed + repairs.failed === 0 ? 'none asked for' : checksText(repairs)),
  }),
  figure({
    key: 'manager_reviews',
    label: 'Reviews by the manager',
    unit: 'count',
    definition: 'Results that the manager of the crew approved or sent back.',
    value: ({ quality }) => quality.managerReviews,
    format: ({ passed, failed }) => `${formatNumber(passed)} approved, ${formatNumber(failed)} sent back`,
    isShown: ({ quality: { managerReviews } }) => managerReviews.passed + managerReviews.failed > 0,
  }),
  figure({
    key: 'degraded_results',
    label: 'Degraded results',
    unit: 'names',
    definition: 'Completed tasks whose context, or that of a task before them, was incomplete.',
    value: ({ quality }) => quality.degraded,
    format: (names, _, { code }) => (names.length === 0 ? 'none' : listOf(names.map(code))),
  }),
  figure({
    key: 'reviews',
    label: 'Reviews by a person',
    unit: 'count',
    definition: 'The answers of people in human reviews.',
    value: ({ quality }) => quality.reviews,
    format: (reviews) => reviewsText(reviews) ?? 'none asked for',
  }),
] as const;

function checksText({ passed, failed }: CheckCount): string {
  const parts = [
    ...(passed > 0 ? [`${formatNumber(passed)} passed`] : []),
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}
