// How a client written in JavaScript holds the conversation: streamed and whole, in Node and in a page alike.
// `start` begins one and is told whether it is streamed; it returns {user, result, ask} as the Python clients do.

export async function talk(client, conversation, start) {
  const talks = {};
  for (const how of ["streamed", "whole"]) {
    const chat = start(conversation, how === "streamed");
    talks[how] = [];
    for (const turn of conversation.turns) talks[how].push(await oneTurn(chat, turn));
  }
  return { client, talks };
}

async function oneTurn(chat, turn) {
  chat.user(turn.user);
  const { calls } = await chat.ask();
  if (calls.length !== 1) throw new Error(`${calls.length} calls of a tool instead of one`);
  const [call] = calls;
  chat.result(call, turn.result);
  const { text } = await chat.ask();
  return { tool: call.name, arguments: call.arguments, answer: text };
}
