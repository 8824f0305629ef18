interface Candidate {
  name: string;
  words: ReadonlySet<string>;
  tasks: number;
}

/**
 * Returns the manager's assignments: for each task the agent with the most words in common, or the least busy among
 * equals.
 */
export function readAssignmentPrompt(prompt: string): Record<string, string> | null {
  if (!prompt.startsWith('# Assignment')) return null;
  const [, agents = '', tasks = ''] = prompt.split(/^## /m);
  const candidates: Candidate[] = linesOf(agents).map(([name, text]) => {
    const open = /Open tasks: (.*)\.$/.exec(text)?.[1] ?? 'none';
    return { name, words: wordsOf(`${name} ${text}`), tasks: open === 'none' ? 0 : open.split(', ').length };
  });
  const choice: Record<string, string> = {};
  for (const [task, text] of linesOf(tasks)) {
    const words = wordsOf(`${task} ${text}`);
    const shared = (candidate: Candidate) => [...words].filter((word) => candidate.words.has(word)).length;
    const [best] = candidates.toSorted((a, b) => shared(b) - shared(a) || a.tasks - b.tasks);
    if (!best) continue;
    choice[task] = best.name;
    best.tasks += 1;
  }
  return choice;
}

function linesOf(section: string): [string, string][] {
  return [...section.matchAll(/^- ([^:\s]+): (.*)$/gm)].map(([, name = '', text = '']) => [name, text]);
}

/** Returns the longer words, reduced to a stem, so that `research` matches `researcher`. */
function wordsOf(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).map((word) => word.slice(0, 5)));
}
