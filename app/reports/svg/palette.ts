/**
 * Colors of the drawings. The drawings have their own background, so that they can be read on white and on dark pages.
 */
export const PALETTE = {
  background: '#ffffff',
  frame: '#d8dee8',
  band: '#f6f8fb',
  grid: '#e6eaf1',
  text: '#1c2533',
  muted: '#5d6b80',
  running: '#3b7ef0',
  completed: '#2f9e6e',
  degraded: '#c98a1b',
  failed: '#d3453d',
  cancelled: '#8a94a6',
  lost: '#8a94a6',
  critical: '#f2812b',
  curve: '#3b7ef0',
  curveFill: '#dbe8fd',
} as const;
