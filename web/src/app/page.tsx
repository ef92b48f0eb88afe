export default function Start() {
  return <main>Taskfold</main>
}
