import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Gate } from './testing/gate.ts';

describe('the minute of a call', () => {
  test('the minute of a call starts when the call reaches the provider, which may be after its permit', () => {
    const gate = new Gate(8, { rpm: 1 });
    const first = gate.ask();
    const second = gate.ask();
    gate.at(400);
    gate.end(first, 'answered', 1, 370);
    gate.at(60_029);
    expect(gate.ids).toEqual([first]);
    gate.at(60_030);
    expect(gate.ids).toEqual([first, second]);
  });

  test('the minute of a call does not start while the start of the call is unknown, for at most half a minute', () => {
    const gate = new Gate(8, { rpm: 1 });
    const [first, second] = [gate.ask(), gate.ask()];
    gate.at(89_999);
    expect(gate.ids).toEqual([first]);
    gate.at(90_000);
    expect(gate.ids).toEqual([first, second]);
  });

  test('the minute of a call that was not reported starts at the end of its turn, and its tokens stay counted', () => {
    const gate = new Gate(8, { tokensPerMinute: 100 });
    const first = gate.ask('ada', 90);
    const second = gate.ask('ada', 20);
    gate.at(500);
    gate.end(first, 'gone');
    gate.at(60_499);
    expect(gate.ids).toEqual([first]);
    gate.at(60_500);
    expect(gate.ids).toEqual([first, second]);
  });

  test('unused tokens are available again, and tokens beyond the estimate are counted', () => {
    const gate = new Gate(8, { tokensPerMinute: 100 });
    gate.end(gate.ask('ada', 90), 'answered', 40);
    const [second, third] = [gate.ask('ada', 60), gate.ask('ada', 1)];
    expect(gate.ids).toEqual(['1', second]);
    gate.at(10_000);
    gate.end(second, 'answered', 80, 10_000);
    // At 60 s, the 40 and the 60 leave the window, and the later 20 stay.
    gate.at(59_999);
    expect(gate.ids).not.toContain(third);
    gate.at(60_000);
    expect(gate.ids).toContain(third);
    const fourth = gate.ask('ada', 80);
    gate.at(69_999);
    expect(gate.ids).not.toContain(fourth);
    gate.at(70_000);
    expect(gate.ids).toContain(fourth);
  });
});

test('requests and tokens per minute are counted for each endpoint', () => {
  const byRequests = new Gate(4, { rpm: 1 });
  for (const endpoint of ['one', 'other', 'one']) byRequests.end(byRequests.ask('ada', 1, endpoint), 'answered');
  expect(byRequests.ids).toEqual(['1', '2']);
  expect(byRequests.limits.throttleOf(0, 'one', 'ada')).toEqual({ by: 'minute', ms: 60_000 });
  expect(byRequests.limits.throttleOf(0, 'third', 'ada')).toBe(null);
  byRequests.at(60_000);
  expect(byRequests.ids).toEqual(['1', '2', '3']);
  const byTokens = new Gate(4, { tokensPerMinute: 100 });
  for (const endpoint of ['one', 'other', 'one']) byTokens.ask('ada', 80, endpoint);
  expect(byTokens.ids).toEqual(['1', '2']);
});

test('the requests of an agent with its own limit are counted over all endpoints', () => {
  const gate = new Gate(4, { agentRpm: new Map([['ada', 1]]) });
  for (const endpoint of ['one', 'other']) gate.ask('ada', 1, endpoint);
  expect(gate.ids).toEqual(['1']);
});

test('calls from before a resume count at the endpoint of their agent', () => {
  const gate = new Gate(4, { rpm: 1 });
  const endpoint = { name: 'one', origin: 'origin of one' };
  gate.limits.restore({ cooldowns: [], uses: [{ endpoint, agent: 'ada', tokens: 1, leaves: 30_000 }] });
  gate.ask('ada', 1, 'one');
  gate.ask('bo', 1, 'other');
  expect(gate.ids).toEqual(['2']);
  gate.at(30_000);
  expect(gate.ids).toEqual(['2', '1']);
});

test('an agent that has used up its own limit does not delay other agents', () => {
  const gate = new Gate(4, { agentRpm: new Map([['slow', 1]]) });
  const [first, second, other] = [gate.ask('slow'), gate.ask('slow'), gate.ask('ada')];
  expect(gate.ids).toEqual([first, other]);
  gate.end(first, 'answered');
  gate.at(59_999);
  expect(gate.ids).not.toContain(second);
  gate.at(60_000);
  expect(gate.ids).toEqual([first, other, second]);
});

test('a request that waits for its agent’s own limit reserves no tokens that other agents need', () => {
  const gate = new Gate(8, { tokensPerMinute: 100, agentRpm: new Map([['bo', 1]]) });
  const first = gate.ask('bo', 50);
  gate.ask('bo', 60);
  const other = gate.ask('ada', 40);
  expect(gate.ids).toEqual([first, other]);
});

test('a request larger than the tokens per minute is granted when the window is empty', () => {
  const gate = new Gate(4, { tokensPerMinute: 100 });
  gate.end(gate.ask('ada', 60), 'answered', 60);
  const large = gate.ask('ada', 500);
  gate.at(59_999);
  expect(gate.ids).toEqual(['1']);
  gate.at(60_000);
  expect(gate.ids).toEqual(['1', large]);
});

test('a provider with a strict minute never receives too many calls, however late each call starts', () => {
  const steps = fc.array(
    fc.record({
      begins: fc.integer({ min: 0, max: 4000 }),
      lasts: fc.integer({ min: 0, max: 50_000 }),
      pause: fc.integer({ min: 0, max: 20_000 }),
      isTold: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (asked, rpm) => {
      const gate = new Gate(4, { rpm });
      const ended = new Set<string>();
      const times = () =>
        gate.granted.map(({ id, t }) => {
          const { begins = 0, lasts = 0, isTold = true } = asked[Number(id) - 1] ?? {};
          return { id, reached: t + begins, end: t + begins + lasts, isTold };
        });
      const advance = (to: number) => {
        for (;;) {
          const [next] = times()
            .filter(({ id, end }) => !ended.has(id) && end <= to)
            .sort((a, b) => a.end - b.end);
          if (!next) break;
          gate.at(Math.max(gate.t, next.end));
          ended.add(next.id);
          gate.end(next.id, next.isTold ? 'answered' : 'gone', 1, gate.t - next.reached);
        }
        gate.at(to);
      };
      for (const { pause } of asked) {
        gate.ask();
        advance(gate.t + pause);
      }
      for (let minute = 0; ended.size < asked.length && minute < 200; minute += 1) advance(gate.t + 60_000);
      expect(ended.size).toBe(asked.length);
      const reached = times().map((call) => call.reached);
      for (const at of reached)
        expect(reached.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(rpm);
    }),
  );
});
