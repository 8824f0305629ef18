import './inspector.css';
import { useLayoutEffect, useRef } from 'react';
import { Subject } from '../fields/use-entry.ts';
import { useDocument } from '../store/document.ts';
import { edgeEnds, keyParts, useUi } from '../store/ui.ts';
import { AgentInspector } from './agent-inspector.tsx';
import { CrewInspector } from './crew-inspector.tsx';
import { LineInspector } from './line-inspector.tsx';
import { PoolInspector } from './pool-inspector.tsx';
import { SeveralInspector } from './several-inspector.tsx';
import { TaskInspector } from './task-inspector.tsx';

/** What is chosen, to be read and changed: a node, several of them, or the crew. */
export function Inspector() {
  const selection = useUi((ui) => ui.selection);
  const isReadOnly = useDocument(({ aside }) => aside !== null);
  const scroll = useRef<HTMLDivElement>(null);
  // Another thing is read from its beginning, however far down the last one was.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection says that it is another
  useLayoutEffect(() => scroll.current?.scrollTo({ top: 0 }), [selection]);
  return (
    <section className="region inspector" aria-label="Inspector" data-keys="fields">
      <div className="scroll" ref={scroll}>
        <fieldset className="bare" disabled={isReadOnly}>
          <Subject value={subjectOf(selection)}>
            {selection.length > 1 ? <SeveralInspector keys={selection} /> : <One chosen={selection[0] ?? ''} />}
          </Subject>
        </fieldset>
      </div>
    </section>
  );
}

function One({ chosen }: { chosen: string }) {
  const project = useDocument((document) => document.project);
  const key = keyParts(chosen);
  const task = key?.kind === 'task' ? project.tasks.find(({ name }) => name === key.name) : undefined;
  const agent = key?.kind === 'agent' ? project.agents.find(({ name }) => name === key.name) : undefined;
  const pool = key?.kind === 'pool' ? project.pools.find(({ name }) => name === key.name) : undefined;
  if (task) return <TaskInspector task={task} />;
  if (agent) return <AgentInspector agent={agent} />;
  if (pool) return <PoolInspector pool={pool} />;
  if (edgeEnds(chosen)) return <LineInspector line={chosen} />;
  return <CrewInspector />;
}

/** What the fields edit; several nodes share none that keeps a draft. */
function subjectOf(selection: readonly string[]): string | null {
  return selection.length > 1 ? null : (selection[0] ?? 'crew');
}
