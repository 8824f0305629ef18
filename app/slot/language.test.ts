import { data } from 'franc-min/data.js';
import { expressions } from 'franc-min/expressions.js';
import { expect, it } from 'vitest';
import { languageOf } from '../../shared/crew/languages.ts';
import { languageComplaint } from './language.ts';

it('a crew may require every language that the library detects', () => {
  const codes = [...Object.values(data).flatMap(Object.keys), ...Object.keys(expressions)];
  const languages = codes.filter((code) => /^[a-z]{3}$/.test(code));
  expect(languages.length).toBeGreaterThan(70);
  expect(languages.filter((code) => languageOf(code) === null)).toEqual([]);
});

it.each([
  ['en', 'Forty-two orders were late last week; the cause is one supplier.'],
  ['de', 'Kurz und gut: wir starten im Mai.'],
  ['fr', 'Le rapport est prêt. Il contient trois chiffres, et chacun vient de la table des ventes.'],
  ['ja', '報告書は完成しました。三つの数字があります。'],
  [
    'ru',
    'Отчёт готов. В нём три цифры, и каждая взята из таблицы продаж. Их стоит проверить ещё раз, прежде чем что-то менять.',
  ],
])('a few sentences in %s are detected as that language only', async (language, text) => {
  expect(await languageComplaint(text, language)).toBeNull();
  const other = language === 'en' ? 'de' : 'en';
  expect(await languageComplaint(text, other)).toContain('and not in');
});

it('English lines are not mistaken for a related language', async () => {
  const text =
    'In short: it stands on its own. Publish, measure what readers do, and keep what works. Every figure in here comes from the table of sales, and should be measured once more.\n\n> Ein Zitat.';
  for (const language of ['nl', 'de', 'fr']) expect(await languageComplaint(text, language)).toContain('in English');
});

it('a text too short for detection is reported as such', async () => {
  expect(await languageComplaint('42', 'en')).toBe('it is too short to tell whether it is written in English');
});
