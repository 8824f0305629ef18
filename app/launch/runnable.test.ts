import { expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { NO_CUSTOM_PRICES } from './custom-prices.ts';
import { checkToRun } from './runnable.ts';

function problemsOf(settings: object, prices = NO_CUSTOM_PRICES): string[] {
  const crew = crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings: { budget_usd: 1, ...settings },
    agents: [{ name: 'ada', role: '', goal: '' }],
    tasks: [{ name: 'draft', description: '', expected_output: '', agent: 'ada' }],
  });
  const checked = checkToRun(crew, { provider: null, baseUrl: null, model: null }, prices);
  return checked.ok ? [] : checked.problems.map(({ code }) => code);
}

it('a budget needs a price from the list, from the person, or with each answer of the provider', () => {
  expect(problemsOf({ provider: 'openai', model: 'unknown-model' })).toEqual(['unknown_price']);
  expect(problemsOf({ provider: 'anthropic', model: 'claude-opus-4-7' })).toEqual([]);
  expect(problemsOf({ provider: 'openrouter', model: 'somebody/unknown-model' })).toEqual([]);
  const own = new Map([['unknown-model', { prompt: 1, completion: 2 }]]);
  expect(problemsOf({ provider: 'openai', model: 'unknown-model' }, own)).toEqual([]);
});

it('a search service without an address is a problem before the run', () => {
  const web = (web_search: object) => problemsOf({ provider: 'rehearsal', web_search });
  expect(web({ provider: 'searxng' })).toEqual(['no_address']);
  expect(web({ provider: 'searxng', base_url: 'http://localhost:8080' })).toEqual([]);
  expect(web({ provider: 'duckduckgo' })).toEqual([]);
});
