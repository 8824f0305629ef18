import type { NamedKind } from '../../shared/project/rename.ts';
import { CommittedField } from '../fields/text-field.tsx';
import { edit } from '../store/document.ts';
import { canonicalName, giveName, invalidName, refuseName } from './naming.ts';

/** The name of an agent, task or pool. A new name reaches every reference to it. */
export function NameField({ kind, name }: { kind: NamedKind; name: string }) {
  return (
    <CommittedField
      label="Name"
      value={name}
      refuse={(given) => refuseName(name, given)}
      canonical={canonicalName}
      onCommit={(given) => giveName(kind, name, given)}
    />
  );
}

/** The name of the crew. */
export function CrewNameField({ name }: { name: string }) {
  return (
    <CommittedField
      label="Name"
      value={name}
      refuse={invalidName}
      canonical={canonicalName}
      onCommit={(given) =>
        edit((draft) => {
          draft.name = canonicalName(given);
        }, 'crew name')
      }
    />
  );
}
