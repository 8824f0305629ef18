import { choicesFrom } from '../../../shared/crew/context.ts';
import { choicesOfRouter } from '../../../shared/crew/router.ts';
import { setEdgeChoices } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { taskOf } from '../../state/task-of.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Group } from './group.tsx';

/** The choices of a router for which a dependent task runs. */
export function EdgeChoices({ router, task }: { router: string; task: string }) {
  const win = useWindowState();
  const crew = useDocument((document) => document.crew);
  const [source, target] = [taskOf(crew, router), taskOf(crew, task)];
  if (source === undefined || target === undefined) return null;
  const offered = choicesOfRouter(source) ?? [];
  const chosen = choicesFrom(target, router) ?? [];
  if (offered.length === 0 && chosen.length === 0) return <NoRouter name={router} />;
  // Also those that the router does not have, so that they can be removed.
  const all = [...new Set([...offered, ...chosen])];
  const set = (choice: string, isOn: boolean) => {
    const next = all.filter((one) => (one === choice ? isOn : chosen.includes(one)));
    setEdgeChoices(win, router, task, next);
  };
  return (
    <Group name="Only if the choice is">
      <div className="edge-choices">
        {all.map((choice) => (
          <label key={choice}>
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              onChange={(event) => set(choice, event.currentTarget.checked)}
            />
            {choice}
            {!offered.includes(choice) && <span className="degraded-text small">not a choice of {router}</span>}
          </label>
        ))}
        <p className="muted small">{resultText(task, router, chosen)}</p>
      </div>
    </Group>
  );
}

function NoRouter({ name }: { name: string }) {
  return (
    <p className="field muted small">
      To run a task only for some outcomes, give {name} choices in its inspector, and select this connection again.
    </p>
  );
}

function resultText(task: string, router: string, chosen: readonly string[]): string {
  if (chosen.length === 0) return `${task} runs whatever ${router} chooses.`;
  return `${task} is not chosen if ${router} chooses none of them.`;
}
