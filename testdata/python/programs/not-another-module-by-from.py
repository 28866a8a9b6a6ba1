from collections import deque

print(len(deque()))
