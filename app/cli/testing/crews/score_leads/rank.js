/** Returns the applicants from best to worst. `proceed` marks the first ones. */
export default ({ scores, leads, count }) =>
  leads
    .map((lead, index) => ({ ...lead, ...judgment(scores[index]) }))
    .sort((a, b) => b.score - a.score)
    .map((lead, index) => ({ ...lead, proceed: index < count }));

/** A score that is missing counts as 0. */
function judgment(text) {
  const { score = 0, reason = 'not scored' } = text ? JSON.parse(text) : {};
  return { score, reason };
}
