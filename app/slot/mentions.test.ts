import { expect, test } from 'vitest';
import { mentions } from './mentions.ts';

test.each([
  ['As **Market** shows', 'market', true],
  ['`customer_data`: 3', 'customer_data', true],
  ['nothing', 'hi', false],
  ['customer_data_2 alone', 'customer_data', false],
  ['supermarket', 'market', false],
  ['data2', 'data', false],
  ['根据市场分析的结果', '市场分析', true],
  ['See 📊 Customer Data.', '📊 customer data', true],
  ['what (a+b)* says', '(a+b)*', true],
])('in "%s" the name "%s" stands as a word: %s', (text, name, stands) => {
  expect(mentions(text, name)).toBe(stands);
});
