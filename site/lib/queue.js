/**
 * A queue that runs at most `limit` tasks at once and starts the rest in the order they came.
 *
 * @param {number} limit
 * @returns {<T>(task: () => Promise<T>) => Promise<T>}  settles as the task does
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

  return (task) =>
    new Promise((resolve, reject) => {
      waiting.push(() => task().then(resolve, reject));
      if (running < limit) work();
    });
}
