import { useMemo } from 'react';
import type { NameList } from '../../../shared/crew/fields/field-info.ts';
import { TOOL_NAMES } from '../../../shared/tools/catalogue.ts';
import { useDocument } from '../../state/document.ts';
import { useUi } from '../../state/ui.ts';

/** The names that a key can refer to, with their labels. */
export function useNameChoices(of: NameList): readonly (readonly [name: string, label: string])[] {
  const { agents, tasks, pools } = useDocument(({ crew }) => crew);
  const providers = useUi((ui) => ui.providers);
  return useMemo(() => {
    switch (of) {
      case 'agents':
        return agents.map(asChoice);
      case 'tasks':
        return tasks.map(asChoice);
      case 'pools':
        return pools.map(asChoice);
      case 'tools':
        return TOOL_NAMES.map((name) => [name, name] as const);
      case 'providers':
        return providers.map(({ name, title }) => [name, title] as const);
      default:
        return of satisfies never;
    }
  }, [of, agents, tasks, pools, providers]);
}

function asChoice({ name }: { name: string }): readonly [string, string] {
  return [name, name];
}
