// The scripts of the challenge's page, as text: a browser runs them, not the edge.

/**
 * Both come back with a cookie. They count how often they were sent back within a minute, and stop then: a browser that keeps no cookies
 * would be reloaded for ever.
 */
const COMING_BACK = `var said=document.getElementById("said"),bar=document.getElementById("bar")||{};
function stop(text){said.textContent=text;bar.hidden=true}
var memory="hg-challenge",tries=[];
try{tries=JSON.parse(sessionStorage.getItem(memory)||"[]").filter(function(at){return Date.now()-at<60000})}catch(e){}
if(tries.length>4)return stop("Your browser has passed several times, and was asked again. It may keep no cookies, or change its address. Try again in a minute.");
function comeBack(value){
document.cookie=page.cookie+"="+value+"; Path=/; Max-Age="+page.maxAgeSeconds+"; SameSite=Lax"+(page.isSecure?"; Secure":"");
if(document.cookie.indexOf(value)<0)return stop("This page needs cookies to go on.");
tries.push(Date.now());
try{sessionStorage.setItem(memory,JSON.stringify(tries))}catch(e){}
location.reload()}
`;

/**
 * Searches for the number. It computes SHA-256 itself, because crypto.subtle is missing on pages over plain http and is slower for many
 * short texts. It pauses every few milliseconds, so that the page stays alive.
 */
export const WORK = `function(page){
${COMING_BACK}var K=[],H=[],n=2,i=0;
function part(x){return(x-Math.floor(x))*4294967296|0}
for(;i<64;n++){for(var d=2;d*d<=n&&n%d;d++);if(d*d>n){if(i<8)H[i]=part(Math.sqrt(n));K[i++]=part(Math.cbrt(n))}}
function bytes(text){var list=[];for(var c=0;c<text.length;c++)list.push(text.charCodeAt(c));return list}
var W=new Int32Array(64);
function digest(list){
var h=H.slice(),length=list.length,at,t;
list.push(128);while(list.length%64!==56)list.push(0);
list.push(0,0,0,0,length>>>21&255,length>>>13&255,length>>>5&255,length<<3&255);
for(at=0;at<list.length;at+=64){
for(t=0;t<16;t++)W[t]=list[at+t*4]<<24|list[at+t*4+1]<<16|list[at+t*4+2]<<8|list[at+t*4+3];
for(;t<64;t++){var x=W[t-15],y=W[t-2];
W[t]=W[t-16]+W[t-7]+((x>>>7|x<<25)^(x>>>18|x<<14)^x>>>3)+((y>>>17|y<<15)^(y>>>19|y<<13)^y>>>10)|0}
var a=h[0],b=h[1],c=h[2],e=h[4],f=h[5],g=h[6],k=h[7],q=h[3];
for(t=0;t<64;t++){
var one=k+((e>>>6|e<<26)^(e>>>11|e<<21)^(e>>>25|e<<7))+(e&f^~e&g)+K[t]+W[t]|0;
var two=((a>>>2|a<<30)^(a>>>13|a<<19)^(a>>>22|a<<10))+(a&b^a&c^b&c)|0;
k=g;g=f;f=e;e=q+one|0;q=c;c=b;b=a;a=one+two|0}
h=[h[0]+a|0,h[1]+b|0,h[2]+c|0,h[3]+q|0,h[4]+e|0,h[5]+f|0,h[6]+g|0,h[7]+k|0]}
return h[0]}
var number=0,first=bytes(page.task+".");
function work(){
var until=Date.now()+12;
do{for(var step=0;step<64;step++){
if(Math.clz32(digest(first.concat(bytes(String(number)))))>=page.bits)return comeBack(page.task+"."+number);
number++}}while(Date.now()<until);
setTimeout(work,0)}
work()}`;

/** Shows the widget, and comes back with its token. */
export const WIDGET = `function(page){
${COMING_BACK}window.widgetReady=function(){
window.turnstile.render("#widget",{sitekey:page.siteKey,callback:comeBack,"error-callback":function(){stop("The check could not be loaded. Try again in a minute.")}})}}`;
