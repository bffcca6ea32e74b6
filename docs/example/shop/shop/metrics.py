import threading

threading.Thread(target=print, daemon=True).start()


def count(name: str) -> None:
    print(name)
