/**
 * A queue that runs at most `limit` tasks at once and starts the rest in the order they came.
 *
 * @param {number} limit
 * @returns {(task: () => Promise<void>) => void}  a task must not reject
 */
export function createQueue(limit) {
  /** @type {(() => Promise<void>)[]} */
  const waiting = [];
  let running = 0;

  async function work() {
    running += 1;
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
    running -= 1;
  }

  return (task) => {
    waiting.push(task);
    if (running < limit) work();
  };
}
