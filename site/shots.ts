import { chromium } from "playwright-core";
import { createServer } from "node:http"; import { readFileSync, existsSync, statSync } from "node:fs"; import { join, extname } from "node:path";
const root=process.argv[2]; const list=process.argv.slice(3);
const types:Record<string,string>={".html":"text/html",".js":"text/javascript",".css":"text/css",".json":"application/json",".svg":"image/svg+xml"};
const server=createServer((q,r)=>{let p=join(root,decodeURIComponent(new URL(q.url!,"http://x").pathname)); if(existsSync(p)&&statSync(p).isDirectory())p=join(p,"index.html"); if(!existsSync(p)){r.writeHead(404);r.end();return} r.writeHead(200,{"content-type":types[extname(p)]??"application/octet-stream"});r.end(readFileSync(p))}).listen(0);
const port=(server.address() as any).port;
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox"]});
for(const item of list){const [path,w,theme,hover,full]=item.split(",");const c=await b.newContext({viewport:{width:+w,height:w==="390"?844:860},colorScheme:theme as any});const p=await c.newPage();p.on("console",m=>{if(m.type()==="error")console.log(path,m.text())});p.on("pageerror",e=>console.log(path,String(e)));
await p.goto(`http://localhost:${port}/${path}`);await p.waitForTimeout(500);
if(hover&&hover!=="-"){await p.locator(hover).first().scrollIntoViewIfNeeded();await p.locator(hover).first().hover();await p.waitForTimeout(400);}
const sw=await p.evaluate(()=>document.documentElement.scrollWidth); if(sw>+w)console.log("WIDE",path,w,sw);
await p.screenshot({path:`/tmp/shots/${path.replace(/[\/#]/g,"_")}-${w}-${theme}.png`,fullPage:full==="full"});await c.close();}
await b.close();server.close();
