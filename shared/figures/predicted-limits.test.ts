import { expect, test } from 'vitest';
import { makeCrew } from '../run/testing/journal.ts';
import { predictedLimits, predictedLimitsText } from './predicted-limits.ts';

test('A prediction names its limits and the source of the model calls', () => {
  const crew = makeCrew([{ name: 'a' }, { name: 'b' }]);
  expect(predictedLimits(crew, {})).toBeNull();
  const [agent] = crew.agents;
  if (!agent) throw new Error('The crew has no agent.');
  const settings = { ...crew.settings, max_rpm: 1, max_tokens_per_minute: 20_000 };
  const limited = { ...crew, settings, agents: [{ ...agent, max_rpm: 0.5 }] };
  const limits = predictedLimits(limited, { a: { ms: 10, from: 'history', calls: 2, tokens: 5 } });
  expect(limits && predictedLimitsText(limits)).toBe(
    `Includes the limits of 1 request per minute, 20,000 tokens per minute, 0.50 requests per minute for ${agent.name}. ` +
      'Model calls: measured in earlier runs for 1 task; one per turn, with the tokens of its texts, for 1 task.',
  );
});
