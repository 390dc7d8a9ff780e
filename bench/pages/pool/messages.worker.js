// Answers every message with itself.
addEventListener('message', ({ data }) => postMessage(data));
