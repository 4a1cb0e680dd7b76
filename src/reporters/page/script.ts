/** Shows the values below the pointer, or below the cursor that the arrow keys move; opens what is folded before printing. */
export const SCRIPT = `
for(const svg of document.querySelectorAll('svg[data-points]')){
const points=JSON.parse(svg.dataset.points),cursor=svg.querySelector('.cursor'),out=svg.parentElement.querySelector('output')
let at=-1
const show=index=>{at=index;const p=points[at];if(!p)return;cursor.setAttribute('x1',p.x);cursor.setAttribute('x2',p.x);out.textContent=p.text}
const hide=()=>{at=-1;cursor.setAttribute('x1',-9);cursor.setAttribute('x2',-9);out.textContent=''}
svg.addEventListener('pointermove',e=>{const box=svg.getBoundingClientRect(),x=(e.clientX-box.left)/box.width*svg.viewBox.baseVal.width
let near=0;for(let n=0;n<points.length;n++)if(Math.abs(points[n].x-x)<Math.abs(points[near].x-x))near=n
show(near)})
svg.addEventListener('keydown',e=>{const step={ArrowLeft:-1,ArrowRight:1}[e.key];if(e.key==='Escape')hide();if(!step)return
e.preventDefault();show(Math.min(points.length-1,Math.max(0,at+step)))})
svg.addEventListener('pointerleave',hide);svg.addEventListener('blur',hide)}
addEventListener('beforeprint',()=>{for(const one of document.querySelectorAll('details'))one.open=true})
`
