/**
 * Returns a rehearsed crew of `count` tasks in layers of `width`, on 8 slots. Each task depends on two tasks of the
 * previous layer. No task uses a tool.
 */
export function layeredCrew(tasks: number, width: number): object {
  const agents = ['ada', 'bob', 'cleo', 'dan'].map((name) => ({ name, role: 'Worker', goal: 'Do the work' }));
  return {
    format: 'crewlane/1',
    name: 'layered',
    settings: { max_concurrent_tasks: 8 },
    agents,
    tasks: Array.from({ length: tasks }, (_, at) => ({
      name: nameOf(at),
      description: `Do part ${at}.`,
      expected_output: 'A line',
      agent: agents[at % agents.length]?.name,
      async: true,
      context: at < width ? [] : [...new Set([at - width, at - width + (at % width === 0 ? 0 : -1)])].map(nameOf),
      estimate_s: 0.05,
    })),
  };
}

function nameOf(at: number): string {
  return `task_${String(at).padStart(5, '0')}`;
}
