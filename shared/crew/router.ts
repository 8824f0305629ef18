/** The keys of a task that make it a router. */
interface MaybeRouter {
  choices?: readonly string[] | undefined;
  call?: { tool: string; arguments?: Readonly<Record<string, unknown>> | undefined } | undefined;
}

/**
 * Returns the choices of a router; undefined for any other task. A task that asks a person to choose is one, also if only
 * the arguments of its call have choices.
 */
export function choicesOfRouter({ choices, call }: MaybeRouter): readonly string[] | undefined {
  if (choices !== undefined || call?.tool !== 'ask_person') return choices;
  const asked = call.arguments?.['choices'] ?? call.arguments?.['options'];
  if (!Array.isArray(asked)) return undefined;
  const texts = asked.filter((choice) => typeof choice === 'string');
  return texts.length === asked.length ? texts : undefined;
}
