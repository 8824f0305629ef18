import { describe, expect, it } from 'vitest';
import { checkRunnable } from '../../../shared/crew/check.ts';
import { type ImportedCrew, importCrewaiFolder } from './import-crew.ts';
import { ProjectFolder } from './testing/project-folder.ts';

const AGENTS = `
baker:
  role: >
    Baker of {bread}
  goal: Bake it
  backstory: >
    You know
    every oven.
  llm: anthropic/claude-sonnet-5
taster:
  role: Taster
  goal: Judge it
  backstory: Honest.
`;
const TASKS = `
plan:
  description: >
    Plan the {bread}.
  expected_output: A plan
  agent: baker
score:
  description: Score it.
  expected_output: Points
  agent: taster
  context: [plan]
`;
const CREW = `
import os
from typing import List, Optional
from crewai import Agent, Crew, Process, Task
from crewai.project import CrewBase, agent, crew, task, before_kickoff
from crewai_tools import (SerperDevTool, FileReadTool)
from bakery.models import Score

search = SerperDevTool(n_results=5)

@CrewBase
class Bakery:
    """The bakery."""
    agents_config = "config/agents.yaml"
    tasks_config = 'config/tasks.yaml'

    @before_kickoff
    def prepare(self, inputs):
        inputs['now'] = os.getcwd()
        return inputs

    @agent
    def baker(self) -> Agent:
        return Agent(config=self.agents_config['baker'], tools=[search, FileReadTool()], max_iter=9)

    @agent
    def taster(self) -> Agent:
        return Agent(config=self.agents_config["taster"], llm=LLM(model="groq/llama-4", temperature=0.3))

    @task
    def plan(self) -> Task:
        return Task(config=self.tasks_config['plan'], async_execution=True)

    @task
    def score(self) -> Task:
        return Task(config=self.tasks_config['score'], output_pydantic=Score, guardrail=check_points)

    @task
    def praise(self) -> Task:
        return Task(description=("Praise "
                                 'the baker.'), expected_output="""A poem""", agent=self.baker())

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks, process=Process.sequential, memory=True)
`;
const MODELS = `
from pydantic import BaseModel, Field, field_validator
from typing import List, Optional, Literal

class Crumb(BaseModel):
    size: float

class Score(BaseModel):
    points: int = Field(..., ge=0, le=10, description="Out of ten")
    remarks: List[str] = []
    crust: Literal["soft", "hard"]
    crumb: Optional[Crumb] = None

    @field_validator("points")
    def odd(cls, value):
        return value
`;
const MAIN = `
def run():
    inputs = {
        'bread': 'rye',
        'year': str(datetime.now().year),
    }
    Bakery().crew().kickoff(inputs=inputs)
`;

async function importOf(files: Readonly<Record<string, string>>): Promise<ImportedCrew> {
  const folder = await ProjectFolder.create(files);
  try {
    return await importCrewaiFolder(folder.path);
  } finally {
    await folder.remove();
  }
}

async function crewOf(files: Readonly<Record<string, string>>) {
  const imported = await importOf(files);
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported;
}

describe('a project of crew.py with YAML', () => {
  const files = {
    'src/bakery/crew.py': CREW,
    'src/bakery/models.py': MODELS,
    'src/bakery/main.py': MAIN,
    'src/bakery/config/agents.yaml': AGENTS,
    'src/bakery/config/tasks.yaml': TASKS,
  };

  it('Agents and tasks get what YAML and code say, in the order of the code.', async () => {
    const { crew } = await crewOf(files);
    expect(crew.agents).toMatchObject([
      {
        name: 'baker',
        role: 'Baker of {bread}',
        backstory: 'You know every oven.',
        provider: 'anthropic',
        tools: ['web_search', 'file_reader'],
        max_iterations: 9,
      },
      { name: 'taster', provider: 'groq', model: 'llama-4', temperature: 0.3 },
    ]);
    expect(crew.tasks).toMatchObject([
      { name: 'plan', agent: 'baker', async: true, context: [], description: 'Plan the {bread}.' },
      { name: 'score', agent: 'taster', context: ['plan'] },
      { name: 'praise', agent: 'baker', context: ['plan', 'score'], description: 'Praise the baker.' },
    ]);
    expect(crew.inputs).toEqual({ bread: 'rye' });
    expect(checkRunnable(crew)).toEqual([]);
  });

  it('A pydantic model with plain fields becomes output_schema, also from another module.', async () => {
    const { crew } = await crewOf(files);
    expect(crew.tasks[1]?.output_schema).toEqual({
      type: 'object',
      properties: {
        points: { type: 'integer', description: 'Out of ten', minimum: 0, maximum: 10 },
        remarks: { type: 'array', items: { type: 'string' } },
        crust: { type: 'string', enum: ['soft', 'hard'] },
        crumb: {
          anyOf: [{ type: 'object', properties: { size: { type: 'number' } }, required: ['size'] }, { type: 'null' }],
        },
      },
      required: ['points', 'crust'],
    });
  });

  it('Code that is not a plain definition is listed.', async () => {
    const { report } = await crewOf(files);
    expect(report.left_out.map(({ what }) => what)).toEqual([
      'memory: true',
      'str(datetime.now().year)',
      '@before_kickoff prepare',
      'validator odd',
      'options of SerperDevTool: {"n_results":5}',
      'guardrail: check_points',
    ]);
  });

  it('A later method of the same name replaces an earlier one, as in Python.', async () => {
    const twice = CREW.replace(
      '    @crew\n',
      "    @task\n    def plan(self) -> Task:\n        return Task(config=self.tasks_config['plan'], agent=self.taster())\n\n    @crew\n",
    );
    const { crew } = await crewOf({ ...files, 'src/bakery/crew.py': twice });
    expect(crew.tasks.map(({ name, agent }) => [name, agent])).toEqual([
      ['plan', 'taster'],
      ['score', 'taster'],
      ['praise', 'baker'],
    ]);
  });
});

describe('other forms', () => {
  it('YAML without code is a crew with all of its agents and tasks.', async () => {
    const { crew } = await crewOf({ 'config/agents.yaml': AGENTS, 'config/tasks.yaml': TASKS });
    expect(crew.agents.map(({ name }) => name)).toEqual(['baker', 'taster']);
    expect(crew.tasks.map(({ name, context }) => [name, context])).toEqual([
      ['plan', []],
      ['score', ['plan']],
    ]);
  });

  it('Agents and tasks can be assigned in a module, and the crew chooses among them.', async () => {
    const { crew } = await crewOf({
      'crew.py': `
fast = "openai/gpt-5-mini"
boss = Agent(role="Boss", goal="Lead", backstory="", llm=fast)
hand = Agent(role="Hand", goal="Work", backstory="", llm=fast)
idle = Agent(role="Idle", goal="Rest", backstory="", llm=fast)
dig = Task(description="Dig", expected_output="A hole", agent=hand)
fill = Task(description="Fill", expected_output="No hole", agent=hand, context=[dig])
unused = Task(description="Nap", expected_output="Rest", agent=idle)
team = Crew(agents=[hand], tasks=[dig, fill], process=Process.hierarchical, manager_agent=boss)
`,
    });
    expect(crew.process).toBe('hierarchical');
    expect(crew.agents.map(({ name, model, manager }) => [name, model, manager])).toEqual([
      ['boss', 'gpt-5-mini', true],
      ['hand', 'gpt-5-mini', false],
    ]);
    expect(crew.tasks.map(({ name, context }) => [name, context])).toEqual([
      ['dig', []],
      ['fill', ['dig']],
    ]);
  });

  it('The class of LangChain says which provider is meant.', async () => {
    const { crew } = await crewOf({
      'crew.py': `
local = Ollama(model="llama3.1")
a = Agent(role="A", goal="B", backstory="C", llm=local)
t = Task(description="D", expected_output="E", agent=a)
c = Crew(agents=[a], tasks=[t])
`,
    });
    expect(crew.agents[0]).toMatchObject({ provider: 'ollama', model: 'llama3.1' });
  });

  it.each([
    ['deep YAML', { 'config/agents.yaml': `a: ${'['.repeat(5000)}${']'.repeat(5000)}`, 'config/tasks.yaml': TASKS }],
    ['many aliases', { 'config/agents.yaml': bomb(), 'config/tasks.yaml': TASKS }],
    ['broken YAML', { 'config/agents.yaml': 'a: [', 'config/tasks.yaml': TASKS }],
    ['a path out of the project', { 'crew.py': CREW.replace('config/agents.yaml', '../../etc/agents.yaml') }],
  ])('A project with %s is refused.', async (_what, hostile) => {
    const imported = await importOf(hostile);
    expect(imported.ok).toBe(false);
  });

  it('Python that is deep, broken or huge ends in a crew or a refusal.', async () => {
    const deep = `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
    const calls = `y = ${'f('.repeat(5000)}${')'.repeat(5000)}\n`;
    const files = { 'config/agents.yaml': AGENTS, 'config/tasks.yaml': TASKS };
    const { crew } = await crewOf({ ...files, 'crew.py': `def (:\n  ]]]\n${CREW}` });
    expect(crew.tasks.length).toBeGreaterThan(0);
    for (const nested of [deep, calls]) {
      const imported = await importOf({ ...files, 'crew.py': `${nested}${CREW}` });
      if (!imported.ok) expect(imported.problems[0]?.message).toContain('nested too deeply');
      else expect(imported.crew.tasks.length).toBeGreaterThan(0);
    }
  });
});

/** A document whose aliases would expand to billions of values. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return lines.join('\n');
}
