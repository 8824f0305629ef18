import { describe, expect, it } from 'vitest';
import type { AssistantMessage, Message } from '../../slot/message.ts';
import type { SlotEvent } from '../../slot/slot-event.ts';
import { Transcripts } from './transcripts.ts';

const GIVEN: Message[] = [
  { role: 'system', content: 'You are ada.' },
  { role: 'user', content: '# Task: report' },
];
const says = (content: string): AssistantMessage => ({ role: 'assistant', content });
const remark = (content: string): Message => ({ role: 'user', content });

function asked(prompt: readonly Message[], message: Message | null, delegation?: string): SlotEvent {
  const numbers = { ms: 1, first_token_ms: 1, prompt_tokens: 1, completion_tokens: 1, cost_usd: 0 };
  const inside = delegation === undefined ? {} : { delegation };
  return { type: 'llm.call', agent: 'ada', model: 'm', ...numbers, prompt: [...prompt], message, ...inside };
}

function used(call_id: string, answer: string, delegation?: string): Extract<SlotEvent, { type: 'tool.call' }> {
  const inside = delegation === undefined ? {} : { delegation };
  return { type: 'tool.call', agent: 'ada', call_id, name: 't', arguments: '{}', answer, ms: 1, ok: true, ...inside };
}

describe('the transcript of a turn', () => {
  it('contains every answered call and remark exactly once, over several attempts', () => {
    const kept = new Transcripts();
    kept.take('report', 1, null, asked(GIVEN, says('first')));
    kept.take('report', 1, null, asked([remark('not JSON')], null));
    const so = [says('first')];
    expect(kept.of('report', null)).toEqual(so);
    kept.take('report', 2, null, asked([...GIVEN, ...so, remark('not JSON')], says('second')));
    kept.take('report', 2, null, asked([remark('still not')], says('third')));
    expect(kept.of('report', null)).toEqual([
      says('first'),
      remark('not JSON'),
      says('second'),
      remark('still not'),
      says('third'),
    ]);
  });

  it('keeps the images of a tool answer, and not those of the prompt', () => {
    const kept = new Transcripts();
    const image = { name: 'notes__draw', media_type: 'image/png', sha256: 'abc', data: 'AAAA' } as const;
    kept.take('report', 1, null, asked(GIVEN, says('I draw')));
    kept.take('report', 1, null, { ...used('c1', 'a line'), images: [image] });
    expect(kept.of('report', null).at(-1)).toEqual({
      role: 'tool',
      tool_call_id: 'c1',
      content: 'a line',
      images: [image],
    });
  });

  it('is separate for each turn of a task, and is discarded when the task ends', () => {
    const kept = new Transcripts();
    kept.take('motto', 1, 'propose:ada', asked(GIVEN, says('mine')));
    kept.take('motto', 1, 'vote:ada', asked(GIVEN, says('bo')));
    expect(kept.of('motto', 'propose:ada')).toEqual([says('mine')]);
    expect(kept.of('motto', 'vote:ada')).toEqual([says('bo')]);
    kept.forget('motto');
    expect(kept.of('motto', 'propose:ada')).toEqual([]);
    expect(kept.of('motto', 'vote:ada')).toEqual([]);
  });

  it('keeps conversations with other agents until the next answered call of its own agent, also in later attempts', () => {
    const kept = new Transcripts();
    kept.take('report', 1, null, asked(GIVEN, says('I ask bob')));
    kept.take('report', 1, null, asked(GIVEN, says('I look'), 'd1'));
    kept.take('report', 1, null, used('c1', 'seven', 'd1'));
    kept.take('report', 1, null, asked([], null, 'd1'));
    const aside = [says('I look'), { role: 'tool', tool_call_id: 'c1', content: 'seven' }];
    expect(kept.asidesOf('report', null)).toEqual({ d1: aside });
    kept.take('report', 2, null, asked([...GIVEN, says('I look')], says('Seven.'), 'd1'));
    expect(kept.asidesOf('report', null)).toEqual({ d1: [...aside, says('Seven.')] });
    kept.take('report', 2, null, asked([...GIVEN, says('I ask bob')], null));
    expect(Object.keys(kept.asidesOf('report', null))).toEqual(['d1']);
    kept.take('report', 2, null, used('c0', 'Seven.'));
    expect(kept.asidesOf('report', null)).toEqual({});
  });
});
