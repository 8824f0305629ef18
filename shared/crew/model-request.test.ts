import { expect, it } from 'vitest';
import { checkCrew } from './check.ts';
import { crewSchema } from './schema.ts';

function problemsOf(additions: object): string[] {
  const agents = [{ name: 'ada', role: '', goal: '', ...additions }];
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'c', settings: additions, agents });
  const found = checkCrew(crew).map(({ code, path }) => `${code} ${path}`);
  const [ofCrew = [], ofAgent = []] = ['settings.', 'agents[0].'].map((at) =>
    found.flatMap((one) => (one.includes(at) ? [one.replace(at, '')] : [])),
  );
  expect(ofAgent).toEqual(ofCrew);
  return ofCrew;
}

it('parameters of any JSON are accepted, except those that Crewlane sets', () => {
  expect(
    problemsOf({ parameters: { top_p: 0.9, stop: ['x'], reasoning: { effort: 'low' }, temperature: null } }),
  ).toEqual([]);
  for (const key of [
    'model',
    'messages',
    'stream',
    'stream_options',
    'tools',
    'tool_choice',
    'functions',
    'function_call',
    'n',
  ])
    for (const spelled of [key, key.toUpperCase()])
      expect(problemsOf({ parameters: { [spelled]: 1 } })).toEqual([`reserved_parameter parameters.${spelled}`]);
});

it('headers are accepted, except keys and those that Crewlane sets', () => {
  const headers = { 'anthropic-workspace-id': 'wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ', 'X-Title': 'A crew: tokens & keys' };
  expect(problemsOf({ headers })).toEqual([]);
  const secrets = [
    ['Authorization', 'x'],
    ['api-key', 'x'],
    ['x-api-key', 'x'],
    ['X-Goog-Api-Key', 'x'],
    ['Cookie', 'a=b'],
    ['x-auth-token', 'x'],
    ['x-custom', 'Bearer abc'],
    ['x-custom', 'sk-proj-abcdefghijklmnop'],
    ['x-custom', 'value gsk_abcdefghijklmnop'],
  ] as const;
  for (const [name, value] of secrets)
    expect(problemsOf({ headers: { [name]: value } })).toEqual([`secret_in_file headers.${name}`]);
  expect(problemsOf({ parameters: { api_key: 'x' } })).toEqual(['secret_in_file parameters.api_key']);
  for (const name of ['Host', 'content-length', 'User-Agent', 'Proxy-Connection', 'HTTP2-Settings', 'Via'])
    expect(problemsOf({ headers: { [name]: 'x' } })).toEqual([`reserved_header headers.${name}`]);
});

it('a header that cannot be sent is refused', () => {
  expect(problemsOf({ headers: { 'two words': 'x' } })).toHaveLength(1);
  expect(problemsOf({ headers: { 'x-lines': 'a\r\nHost: b' } })).toEqual(['invalid_header headers.x-lines']);
});
