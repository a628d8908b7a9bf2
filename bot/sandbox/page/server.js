// The sandbox's control API, as the page needs it.

/** Parse an answer; throws an Error with the server's sentence where it refuses. */
async function answer(response) {
  const body = await response.json().catch(() => ({ error: `the sandbox answered ${response.status}` }));
  if (!response.ok) throw new Error(body.error);
  return body;
}

async function get(path) {
  return answer(await fetch(`/sandbox/${path}`));
}

async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return answer(await fetch(`/sandbox/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

export const state = () => get("state");
export const history = (chatId) => get(`chats/${chatId}/messages`);
export const commands = (chatId, userId) => get(`chats/${chatId}/commands?from=${userId}`);
export const press = (chatId, from, messageId, data) =>
  post(`chats/${chatId}/press`, { from, message_id: messageId, data });
export const fileUrl = (part) => `/sandbox/files/${encodeURIComponent(part.file_unique_id)}`;

/** Send a message: `fields` are text values, `files` are sent under `name` ("photo" or "document"). */
export async function send(chatId, fields, name, files) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) if (value) form.append(key, value);
  for (const file of files) form.append(name, file, file.name);
  return answer(await fetch(`/sandbox/chats/${chatId}/messages`, { method: "POST", body: form }));
}

/** Call `onEvent` for every event after `last`; the browser itself takes up a broken stream again. */
export function listen(last, onEvent, onConnection) {
  const stream = new EventSource(`/sandbox/stream?after=${last}`);
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
  stream.onopen = () => onConnection(true);
  stream.onerror = () => onConnection(false);
}
