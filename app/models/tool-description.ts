/** The description of a tool for a model. */
export interface ToolDescription {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}
