import './inspector.css';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Crew } from '../../../shared/crew/schema.ts';
import { Subject } from '../../base/fields/use-entry.ts';
import { useDocument } from '../../state/document.ts';
import { definedParts, edgeEnds, keyParts, useUi } from '../../state/ui.ts';
import { EdgeInspector } from './edge-inspector.tsx';
import { HelpTip } from './help-tip.tsx';
import { MultiSelectionInspector } from './multi-selection-inspector.tsx';
import type { Advanced } from './schema-form.tsx';
import { type FormSubject, objectOf } from './subject.ts';
import { SubjectInspector } from './subject-inspector.tsx';

/** The editor of the selection: a node, several nodes, or the crew. */
export function Inspector() {
  const selection = useUi((ui) => ui.selection);
  const isReadOnly = useDocument(({ stashed }) => stashed !== null);
  const scroll = useRef<HTMLDivElement>(null);
  // Each selection is shown from the top.
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the selection changes
  useLayoutEffect(() => scroll.current?.scrollTo({ top: 0 }), [selection]);
  // The rarely used fields stay open for the next node.
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="region inspector" aria-label="Inspector" data-keys="fields">
      <div className="scroll" ref={scroll}>
        <HelpTip>
          <fieldset className="bare" disabled={isReadOnly}>
            <Subject value={subjectOf(selection)}>
              {selection.length > 1 ? (
                <MultiSelectionInspector keys={selection} />
              ) : (
                <One selected={selection[0] ?? ''} advanced={{ isOpen, onToggle: setOpen }} />
              )}
            </Subject>
          </fieldset>
        </HelpTip>
      </div>
    </section>
  );
}

function One({ selected, advanced }: { selected: string; advanced: Advanced }) {
  const subject = useDocument(({ crew }) => (isIn(crew, partsOf(selected)) ? selected : null));
  if (subject === null && edgeEnds(selected)) return <EdgeInspector edge={selected} />;
  return <SubjectInspector subject={partsOf(subject ?? '') ?? { kind: 'crew' }} advanced={advanced} />;
}

function partsOf(key: string): FormSubject | null {
  return keyParts(key) ?? definedParts(key);
}

function isIn(crew: Crew, node: FormSubject | null): boolean {
  return node !== null && objectOf(crew, node) !== undefined;
}

/** What the fields edit; null for several nodes, whose fields keep no drafts. */
function subjectOf(selection: readonly string[]): string | null {
  return selection.length > 1 ? null : (selection[0] ?? 'crew');
}
