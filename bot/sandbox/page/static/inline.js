// Discord's inline Markdown as a small tree of {kind, ...}. It never looks at a piece of text more than a few times,
// however hostile: a delimiter without a partner is plain text at once.

const DEEPEST = 40;
const PAIRS = [["**", "bold"], ["__", "underline"], ["~~", "strike"], ["||", "spoiler"], ["*", "italic"], ["_", "italic"]];
const LINK = /\[((?:\\.|[^[\]\\\n]){1,1000})\]\(<?(https?:\/\/[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?: "[^"\n]*")?\)/y;
const BARE = /https?:\/\/[^\s<>]+/y;
const ANGLE = /<(?:t:(-?\d{1,13})(?::([tTdDfFsSR]))?|@!?(\d{1,20})|#(\d{1,20})|@&(\d{1,20})|\/([-\w ]{1,100}):\d{1,20}|a?:(\w{1,32}):\d{1,20}|id:(\w{1,20})|(https?:\/\/[^\s<>]+))>/y;
const PLAIN = /[^\\`*_~|[<h@]+/y;
const EVERYONE = /@(?:everyone|here)\b/y;

/** The nodes of one stretch of text without blocks. */
export function inline(text, depth = 0) {
  const nodes = [];
  let at = 0;
  const put = (node, length) => {
    if (node.kind === "text" && nodes.at(-1)?.kind === "text") nodes.at(-1).text += node.text;
    else nodes.push(node);
    at += length;
  };
  while (at < text.length) {
    const found = plain(text, at) ?? escaped(text, at) ?? code(text, at) ?? pair(text, at, depth)
      ?? link(text, at, depth) ?? angle(text, at) ?? bare(text, at) ?? everyone(text, at);
    if (found) put(...found);
    else put({ kind: "text", text: text[at] }, 1);
  }
  return nodes;
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function plain(text, at) {
  const found = match(PLAIN, text, at);
  return found && [{ kind: "text", text: found[0] }, found[0].length];
}

function escaped(text, at) {
  if (text[at] !== "\\" || !/[^A-Za-z0-9\s]/.test(text[at + 1] ?? "")) return null;
  return [{ kind: "text", text: text[at + 1] }, 2];
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const fence = /`+/y;
  const ticks = match(fence, text, at)[0];
  let end = at + ticks.length;
  while ((end = text.indexOf(ticks, end)) !== -1) {
    const run = match(fence, text, end)[0].length;
    if (run === ticks.length) {
      const inside = text.slice(at + ticks.length, end);
      return [{ kind: "code", text: inside.replace(/^ (?=.*`)|(?<=`.*) $/g, "") }, end + run - at];
    }
    end += run;
  }
  return [{ kind: "text", text: ticks }, ticks.length];
}

function pair(text, at, depth) {
  for (const [mark, kind] of PAIRS) {
    if (!text.startsWith(mark, at)) continue;
    const end = depth < DEEPEST ? closing(text, at + mark.length, mark) : -1;
    if (end === -1) continue;
    const inside = text.slice(at + mark.length, end);
    return [{ kind, nodes: inline(inside, depth + 1) }, end + mark.length - at];
  }
  return null;
}

/** Where the partner of a delimiter stands, or -1. */
function closing(text, from, mark) {
  const single = mark.length === 1;
  if (single && /\s/.test(text[from] ?? " ")) return -1;
  if (mark === "_" && /\w/.test(text[from - 2] ?? " ")) return -1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") { at += 1; continue; }
    if (text[at] === "`") { at += code(text, at)[1] - 1; continue; }
    if (!text.startsWith(mark, at)) continue;
    const after = text[at + mark.length];
    if (single && after === mark) { at += 1; continue; }
    if (!single && after === mark[0]) continue;
    if (at === from) { if (single) return -1; continue; }
    if (mark === "_" && /\w/.test(after ?? " ")) continue;
    if (single && /\s/.test(text[at - 1])) continue;
    return at;
  }
  return -1;
}

function link(text, at, depth) {
  const found = text[at] === "[" ? match(LINK, text, at) : null;
  return found && [{ kind: "link", url: found[2], nodes: inline(found[1], depth + 1) }, found[0].length];
}

function angle(text, at) {
  const found = text[at] === "<" ? match(ANGLE, text, at) : null;
  if (!found) return null;
  const [all, time, style, user, channel, role, command, emoji, place, url] = found;
  const node = time !== undefined ? { kind: "time", seconds: Number(time), style: style ?? "f" }
    : user ? { kind: "user", id: user } : channel ? { kind: "channel", id: channel }
    : role ? { kind: "role", id: role } : command ? { kind: "mention", text: `/${command}` }
    : emoji ? { kind: "text", text: `:${emoji}:` } : place ? { kind: "mention", text: `#${place}` }
    : { kind: "link", url, nodes: [{ kind: "text", text: url }] };
  return [node, all.length];
}

function bare(text, at) {
  const found = text[at] === "h" ? match(BARE, text, at) : null;
  if (!found) return null;
  let url = found[0].replace(/[.,:;!?'"*_~|]+$/, "");
  if (url.endsWith(")") && !url.includes("(")) url = url.slice(0, -1);
  return [{ kind: "link", url, nodes: [{ kind: "text", text: url }] }, url.length];
}

function everyone(text, at) {
  const found = text[at] === "@" ? match(EVERYONE, text, at) : null;
  return found && [{ kind: "everyone", text: found[0] }, found[0].length];
}
