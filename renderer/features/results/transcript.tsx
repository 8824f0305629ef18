import { useState } from 'react';
import { formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import { CHECK_WORDS, checkText } from '../../../shared/run/check-text.ts';
import type { Check, TaskState } from '../../../shared/run/task-state.ts';
import type { ModelCall, ToolCall, TurnState } from '../../../shared/run/turn-state.ts';
import { Scrollable } from '../../base/scrollable.tsx';
import { useBlob } from '../../state/blob.ts';
import { type Message, messagesIn, toolCallIn } from './messages.ts';

/** Every turn of a task with its model calls, tool calls and checks, in the order in which they ended. */
export function Transcript({ run, task }: { run: string; task: TaskState }) {
  if (task.turns.length === 0) return <p className="muted">No attempt has started.</p>;
  return (
    <div className="transcript">
      {task.turns.map((turn) => (
        <Turn key={turn.seq} run={run} turn={turn} checks={checksOf(task, turn)} />
      ))}
    </div>
  );
}

function checksOf({ checks }: TaskState, { attempt, turn }: TurnState): Check[] {
  return checks.filter((check) => check.attempt === attempt && check.turn === turn);
}

function Turn({ run, turn, checks }: { run: string; turn: TurnState; checks: readonly Check[] }) {
  const calls = [
    ...turn.calls.map((call) => ({ kind: 'model' as const, call, seq: call.seq })),
    ...turn.tools.map((call) => ({ kind: 'tool' as const, call, seq: call.seq })),
    ...checks.map((check) => ({ kind: 'check' as const, check, seq: check.seq })),
  ].sort((a, b) => a.seq - b.seq);
  const name = turn.turn === null ? '' : `, ${turn.turn.replace(':', ' ')}`;
  const length = turn.end === null ? 'running' : formatDuration(turn.end - turn.start);
  return (
    <section>
      <h4>
        Attempt {turn.attempt}
        {name} <span className="muted">{`${turn.agent} · slot ${turn.slot} · ${length}`}</span>
      </h4>
      {calls.map((item) => {
        switch (item.kind) {
          case 'model':
            return <ModelCallEntry key={item.seq} run={run} call={item.call} role={roleIn(turn, item.call)} />;
          case 'tool':
            return <ToolCallEntry key={item.seq} run={run} call={item.call} />;
          case 'check':
            return <CheckLine key={item.seq} check={item.check} />;
          default:
            return item satisfies never;
        }
      })}
      {turn.error && <p className="failure">{turn.error.message}</p>}
    </section>
  );
}

/** The role of another agent that was called inside the turn; null for the turn's own agent. */
function roleIn({ delegations }: TurnState, { agent, delegation }: ModelCall): string | null {
  if (delegation === null) return null;
  const judges = delegations.find(({ id }) => id === delegation)?.judges ?? null;
  return judges === null ? `coworker ${agent}` : `${agent}, ${CHECK_WORDS[judges]}`;
}

function CheckLine({ check }: { check: Check }) {
  const { passed, detail } = check;
  return (
    <p className="check">
      <span className={passed ? 'ok' : 'failure'}>{passed ? '✓' : '✕'}</span>
      <span>{checkText(check)}</span>
      {detail !== null && <span className="muted">{detail}</span>}
    </p>
  );
}

function ModelCallEntry({ run, call, role }: { run: string; call: ModelCall; role: string | null }) {
  const about = call.tokensEstimated ? 'about ' : '';
  const tokens = `${about}${formatNumber(call.promptTokens)} + ${formatNumber(call.completionTokens)} tokens`;
  return (
    <Entry
      name={role === null ? call.model : `${call.model} · ${role}`}
      facts={`${call.note === null ? '' : `${call.note} · `}${call.cutAtLength ? 'truncated · ' : ''}${tokens} · ${formatDuration((call.end ?? call.start) - call.start)}`}
      failure={call.error?.message ?? null}
    >
      <Messages run={run} blob={call.promptBlob} title="Sent" />
      <Messages run={run} blob={call.blob} title="Answer" />
    </Entry>
  );
}

function ToolCallEntry({ run, call }: { run: string; call: ToolCall }) {
  return (
    <Entry
      name={call.name}
      facts={`${call.rehearsed ? 'rehearsed, not called · ' : ''}${formatDuration((call.end ?? call.start) - call.start)}`}
      failure={call.ok ? null : 'The tool returned an error.'}
    >
      <ToolBody run={run} blob={call.blob} />
    </Entry>
  );
}

interface EntryProps {
  name: string;
  facts: string;
  failure: string | null;
  children: React.ReactNode;
}

/** A call in one line. Opening it loads its messages. */
function Entry({ name, facts, failure, children }: EntryProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="call" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>{name}</span>
        {failure !== null && <span className="failure">✕ failed</span>}
        <span className="faint num">{facts}</span>
      </summary>
      {failure !== null && <p className="failure">{failure}</p>}
      {isOpen && children}
    </details>
  );
}

function Messages({ run, blob, title }: { run: string; blob: string | null; title: string }) {
  const loaded = useBlob(run, blob);
  if (blob === null) return null;
  if (loaded.status === 'loading') return <p className="faint">Loading…</p>;
  if (loaded.status === 'failed') return <p className="failure">{loaded.message}</p>;
  const messages: Message[] = messagesIn(loaded.text) ?? [{ role: title, content: loaded.text }];
  return messages.map((message, at) => (
    // Messages of one call never move.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above.
    <div key={at} className="message">
      <span className="role">{message.role}</span>
      <Scrollable className="text">
        <pre className="selectable">{message.content || '(only tool calls)'}</pre>
      </Scrollable>
    </div>
  ));
}

function ToolBody({ run, blob }: { run: string; blob: string | null }) {
  const loaded = useBlob(run, blob);
  if (blob === null) return <p className="faint">No details were saved.</p>;
  if (loaded.status === 'loading') return <p className="faint">Loading…</p>;
  if (loaded.status === 'failed') return <p className="failure">{loaded.message}</p>;
  const { given, answer } = toolCallIn(loaded.text);
  return (
    <>
      <div className="message">
        <span className="role">arguments</span>
        <Scrollable className="text">
          <pre className="selectable">{given}</pre>
        </Scrollable>
      </div>
      <div className="message">
        <span className="role">answer</span>
        <Scrollable className="text">
          <pre className="selectable">{answer}</pre>
        </Scrollable>
      </div>
    </>
  );
}
